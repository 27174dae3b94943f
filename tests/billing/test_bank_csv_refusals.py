"""A CSV file of a bank in which anything is doubtful is refused, with row and column."""

from __future__ import annotations

import pytest

from billing.rules.bank.mapping import Mapping
from billing.rules.bank.reading import read_bank_file
from billing.rules.bank.statement import BankFileRefusal
from billing.rules.money import plain

COLUMNS = {"booked_on": "D", "amount": "A", "balance": "S", "text": "T"}
HEAD = "D;A;S;T"


def read(*lines, head=HEAD, columns=None, **values):
    content = "\n".join([head, *lines]).encode()
    mapping = Mapping(columns or COLUMNS, **({"currency": "CHF"} | values))
    (statement,) = read_bank_file(content, "f.csv", mapping)
    return statement


def refused(*lines, **values):
    with pytest.raises(BankFileRefusal) as refusal:
        read(*lines, **values)
    return refusal.value


@pytest.mark.parametrize(
    ("lines", "row", "column"),
    [
        (["16.03.2026;1.234;;", "17.03.2026;5;;"], 2, "amount"),
        (["16.03.2026;1,50;;", "17.03.2026;1.50;;"], 3, "amount"),
        (["16.03.2026;1,50;1.50;"], 2, "balance"),
        (["03/04/2026;1.50;;"], 2, "booked_on"),
        (["13/04/2026;1.50;;", "04/13/2026;1.50;;"], 3, "booked_on"),
        (["16.03.2026;1.50;;", "31.02.2026;1.50;;"], 3, ""),
        (["16.03.0001;1.50;;"], 2, ""),
        (["16.03.2026;abc;;"], 2, ""),
        (["16.03.2026;1e5;;"], 2, ""),
        (["16.03.2026;1.505;;", "16.03.2026;1.50;;"], 2, ""),
        (["16.03.2026;--1.50;;"], 2, ""),
        (["16.03.2026;1.50;;", ";2.50;;", "17.03.2026;3.50;;"], 3, "booked_on"),
        (["16.03.2026;1.50;;", "17.03.2026;2.50", "18.03.2026;3;;"], 3, ""),
        (["16.03.2026;1.50;;a;b"], 2, ""),
    ],
)
def test_the_row_and_the_column_are_named(lines, row, column):
    refusal = refused(*lines)
    assert refusal.code == "rows"
    error = refusal.values["errors"][0]
    assert (error.row, error.field) == (row, column)
    assert error.message % error.details


def test_both_ways_in_one_row():
    columns = {"booked_on": "D", "credit": "A", "debit": "S"}
    refusal = refused("16.03.2026;1.50;2.50;", columns=columns)
    assert refusal.values["errors"][0].row == 2


@pytest.mark.parametrize(
    "columns",
    [
        {"amount": "A"},
        {"booked_on": "D"},
        {"booked_on": "D", "debit": "A"},
        {"booked_on": "D", "amount": "X"},
        {"booked_on": "D", "amount": "A", "text": ["T", "X"]},
    ],
)
def test_a_mapping_that_does_not_fit(columns):
    assert refused("16.03.2026;1.50;;", columns=columns).code == "columns"


@pytest.mark.parametrize(
    ("lines", "currency"),
    [
        (["16.03.2026;1.50;CHF", "16.03.2026;1.50;EUR"], "CHF"),
        (["16.03.2026;1.50;"], ""),
        (["16.03.2026;1.50;XXX"], "CHF"),
    ],
)
def test_one_currency_that_is_one(lines, currency):
    columns = {"booked_on": "D", "amount": "A", "currency": "W"}
    refusal = refused(*lines, head="D;A;W", columns=columns, currency=currency)
    assert refusal.code == "currency"


GROWING = ["16.03.2026;10.00;110.00;", "16.03.2026;5.00;115.00;", "17.03.2026;-15;100;"]


@pytest.mark.parametrize("lines", [GROWING, GROWING[::-1], GROWING[:1]])
def test_balances_beside_the_rows_prove_them(lines):
    statement = read(*lines)
    assert plain(statement.opening) == "100.00"


def test_balances_that_stand_only_at_the_end_of_a_day():
    statement = read("16.03.2026;10;;", "16.03.2026;5;115;", "17.03.2026;-15;100;")
    assert [plain(statement.opening), plain(statement.closing)] == ["100.00", "100.00"]


@pytest.mark.parametrize("missing", [1, 2])
def test_a_row_that_is_missing_is_found_by_the_balances(missing):
    days = [f"{n}.03.2026;10;{100 + 10 * n};" for n in range(1, 6)]
    lines = days[:missing] + days[missing + 1 :]
    for ordered in (lines, lines[::-1]):
        refusal = refused(*ordered)
        assert refusal.code == "running"
        assert refusal.values["row"] in range(2, 6)


def test_an_open_quote_is_a_refusal():
    assert refused('16.03.2026;1.50;;"x').code == "rows"


@pytest.mark.parametrize("content", [b"hello", b"a\nb\nc\n", b"\x00\x01\x02" * 300])
def test_what_is_no_table_is_refused(content):
    with pytest.raises(BankFileRefusal) as refusal:
        read_bank_file(content, "f.csv", None)
    assert refusal.value.code == "form"


def test_too_many_rows_are_refused():
    lines = ["16.03.2026;1.00;;"] * 50_002
    assert refused(*lines).code == "rows"


def test_a_head_that_comes_again_is_passed_over():
    statement = read("16.03.2026;1.50;;", HEAD, "17.03.2026;1.50;;")
    assert len(statement.transactions) == 2


def test_rows_of_nothing_are_left_out():
    statement = read("16.03.2026;0.00;;", "17.03.2026;;;x", "17.03.2026;1.50;;")
    assert {n.code: n.values["count"] for n in statement.notes} == {
        "nothing": 1,
        "undated": 1,
    }
