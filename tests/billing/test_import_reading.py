"""Columns of amounts and dates: what is read and refused (reliability §4, 1-27, 82)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rules.reading import (
    date_orders,
    decimal_signs,
    is_date_format,
    read_amount,
    read_date,
)
from billing.rules.refusals import Unreadable
from tests import make


def numbered(cells):
    return list(enumerate(cells, start=2))


def amounts(cells, currency="CHF"):
    signs, errors = decimal_signs({"total": numbered(cells)}, [currency] * len(cells))
    if errors:
        raise Unreadable(errors[0].message, errors[0].details)
    return [read_amount(cell, signs["total"], currency) for cell in cells]


@pytest.mark.parametrize(
    ("written", "currency", "value"),
    [
        ("1234.50", "CHF", "1234.50"),
        ("1234,5", "CHF", "1234.50"),
        ("1'234.50", "CHF", "1234.50"),
        ("1’234.50", "CHF", "1234.50"),
        ("1.234,50", "EUR", "1234.50"),
        ("1 234,50", "EUR", "1234.50"),
        ("1\u00a0234,50", "EUR", "1234.50"),
        ("1\u202f234,50", "EUR", "1234.50"),
        ("1,234.50", "USD", "1234.50"),
        ("1'234'567.05", "CHF", "1234567.05"),
        ("1,234,567", "CHF", "1234567"),
        ("1234", "CHF", "1234"),
        ("0.05", "CHF", "0.05"),
        ("1200", "JPY", "1200"),
        ("1200.00", "JPY", "1200"),
        ("1.234", "KWD", "1.234"),
        ("1234.567", "KWD", "1234.567"),
        ("1.234,567", "KWD", "1234.567"),
        ("999999999999.99", "CHF", "999999999999.99"),
        (Decimal("1.234"), "KWD", "1.234"),
        (Decimal(1234), "CHF", "1234"),
    ],
)
def test_an_amount_in_every_usual_notation(written, currency, value):
    assert amounts([written], currency) == [make.money(f"{value} {currency}")]


@pytest.mark.parametrize(
    ("written", "currency", "words"),
    [
        ("1.234", "CHF", "thousand or a fraction"),
        ("1,234", "EUR", "thousand or a fraction"),
        ("1.234", "JPY", "thousand or a fraction"),
        ("1,234", "KWD", "thousand or a fraction"),
        ("1e5", "CHF", "not an amount"),
        ("1E5", "CHF", "not an amount"),
        ("1_000", "CHF", "not an amount"),
        ("１２.５０", "CHF", "not an amount"),
        ("٣", "CHF", "not an amount"),
        ("12²", "CHF", "not an amount"),
        ("NaN", "CHF", "not an amount"),
        ("Infinity", "CHF", "not an amount"),
        ("abc", "CHF", "not an amount"),
        ("0x10", "CHF", "not an amount"),
        ("12.50.10", "CHF", "not an amount"),
        ("1'23.50", "CHF", "not an amount"),
        ("1'234 567.50", "CHF", "not an amount"),
        ("12.", "CHF", "not an amount"),
        (".50", "CHF", "not an amount"),
        ("=1+1", "CHF", "not an amount"),
        ("12.50\x00", "CHF", "not an amount"),
        ("CHF 12.50", "CHF", "not an amount"),
        ("-12.50", "CHF", "negative"),
        ("−12.50", "CHF", "negative"),
        ("12.50-", "CHF", "negative"),
        ("(12.50)", "CHF", "negative"),
        (Decimal(-1), "CHF", "negative"),
        ("1.005", "CHF", "thousand or a fraction"),
        ("10.0051", "CHF", "too many decimals"),
        ("1000.5", "JPY", "too many decimals"),
        ("1.2345", "KWD", "too many decimals"),
        (Decimal("1.005"), "CHF", "too many decimals"),
        ("1000000000000", "CHF", "12 digits"),
        ("9" * 5000, "CHF", "12 digits"),
        (date(2013, 1, 2), "CHF", "not an amount"),
    ],
)
def test_an_amount_that_is_refused_and_why(written, currency, words):
    with pytest.raises(Unreadable, match=words):
        amounts([written], currency)


def test_the_other_cells_of_the_column_settle_a_doubt():
    assert [a.amount for a in amounts(["1.234", "10,50"])] == [1234, Decimal("10.50")]
    assert [a.amount for a in amounts(["1,234", "10.50"])] == [1234, Decimal("10.50")]


def test_the_other_column_of_amounts_settles_a_doubt():
    signs, errors = decimal_signs(
        {"total": numbered(["1.234", "2.000"]), "paid": numbered(["10,50", ""])},
        ["CHF", "CHF"],
    )
    assert (signs, errors) == ({"total": ",", "paid": ","}, [])


def test_a_mix_of_decimal_signs_refuses_the_column_with_the_row_that_differs():
    _signs, [error] = decimal_signs(
        {"total": numbered(["10.50", "12.00", "1.234,50"])}, ["CHF"] * 3
    )
    assert (error.row, error.field) == (4, "total")
    assert error.details == {"one": "10.50", "other": "1.234,50"}


GROUPS = [
    ("'", "."),
    ("’", "."),
    (",", "."),
    ("", "."),
    (".", ","),
    (" ", ","),
    ("", ","),
]


@given(
    units=st.integers(1, 10**14 - 1),
    style=st.sampled_from(GROUPS),
    currency=st.sampled_from([("CHF", 2), ("KWD", 3)]),
)
def test_what_is_written_in_an_accepted_notation_is_read_back(units, style, currency):
    (group, sign), (code, places) = style, currency
    value = Decimal(units).scaleb(-places)
    whole, part = f"{value:.{places}f}".split(".")
    text = f"{int(whole):,}".replace(",", group) + sign + part
    # A second amount says which sign is meant where this one could be both.
    assert amounts([text, f"7{sign}05"], code)[0] == make.money(f"{value} {code}")


def dates(cells, date_format=""):
    orders, errors = date_orders({"due_on": numbered(cells)})
    if errors and not date_format:
        raise Unreadable(errors[0].message, errors[0].details)
    return [read_date(cell, orders.get("due_on", "day"), date_format) for cell in cells]


@pytest.mark.parametrize(
    ("cells", "date_format", "expected"),
    [
        (["2013-02-03"], "", "2013-02-03"),
        (["2013-02-03 00:00:00"], "", "2013-02-03"),
        (["2013-02-03T00:00:00"], "", "2013-02-03"),
        (["3.2.2013"], "", "2013-02-03"),
        (["03.02.2013"], "", "2013-02-03"),
        (["03/02/2013", "31/01/2013"], "", "2013-02-03"),
        (["02/03/2013", "1/31/2013"], "", "2013-02-03"),
        (["3-2-2013", "31-1-2013"], "", "2013-02-03"),
        (["02/02/2013"], "", "2013-02-02"),
        (["2/3/2013"], "%m/%d/%Y", "2013-02-03"),
        (["030213"], "%d%m%y", "2013-02-03"),
        ([date(2013, 2, 3)], "%m/%d/%Y", "2013-02-03"),
        (["2028-02-29"], "", "2028-02-29"),
    ],
)
def test_a_date_in_every_usual_notation(cells, date_format, expected):
    assert dates(cells, date_format)[0] == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("cells", "date_format", "words"),
    [
        (["02/03/2013"], "", "day/month or month/day"),
        (["02/03/2013", "05/05/2013"], "", "day/month or month/day"),
        (["31/01/2013", "1/31/2013"], "", "different orders"),
        (["2026-02-29"], "", "not a date"),
        (["31.02.2026"], "", "not a date"),
        (["13/13/2013"], "", "not a date"),
        (["2013-13-01"], "", "not a date"),
        (["03.02.13"], "", "not a date"),
        (["yesterday"], "", "not a date"),
        (["２０１３-02-03"], "", "not a date"),
        (["٣.٢.٢٠١٣"], "", "not a date"),
        (["2013-02-03 14:30"], "", "not a date"),
        (["2013-02-03\x00"], "", "not a date"),
        (["31/01/2013"], "%m/%d/%Y", "not a date"),
        (["0001-01-01"], "", "1990"),
        (["1989-12-31"], "", "1990"),
        (["9999-12-31"], "", "1990"),
        ([date(1900, 1, 1)], "", "1990"),
        ([Decimal(41307)], "", "not a date"),
    ],
)
def test_a_date_that_is_refused_and_why(cells, date_format, words):
    with pytest.raises(Unreadable, match=words):
        dates(cells, date_format)


def test_the_other_columns_of_dates_settle_a_doubt():
    orders, errors = date_orders(
        {"issued_on": numbered(["1/31/2013"]), "paid_on": numbered(["2/3/2013"])}
    )
    assert (orders, errors) == ({"issued_on": "month", "paid_on": "month"}, [])


def test_an_empty_cell_is_no_date_and_no_amount():
    assert dates([""]) == [None]
    assert amounts([""]) == [None]


@pytest.mark.parametrize(
    ("text", "fits"),
    [("%d.%m.%Y", True), ("%Y%m%d", True), ("%m/%d/%y", True), ("%d %b %Y", True)]
    + [(text, False) for text in ("", "dd.mm.yyyy", "%d.%m", "%Q", "%", "%H:%M")],
)
def test_a_date_format_must_tell_every_day(text, fits):
    assert is_date_format(text) is fits
