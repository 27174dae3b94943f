"""What is read of a bank's CSV file by a mapping of its columns."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from billing.rules.bank.mapping import Mapping
from billing.rules.bank.reading import read_bank_file
from billing.rules.bank.statement import BankFileRefusal
from billing.rules.money import plain

FILES = Path(__file__).parent / "bank_files"
OWN = "CH5604835012345678009"


def mapping_of(content, **values):
    """What the names of the columns let guess."""
    with pytest.raises(BankFileRefusal) as refused:
        read_bank_file(content, "f.csv", None)
    assert refused.value.code == "mapping"
    values = {"iban": OWN, "currency": "CHF"} | values
    return Mapping(refused.value.values["columns"], **values), refused.value.values


def guessed(content, **values):
    mapping, _told = mapping_of(content, **values)
    (statement,) = read_bank_file(content, "f.csv", mapping)
    return statement


def of_bank(name, **values):
    return guessed((FILES / name).read_bytes(), **values)


def rows(statement):
    return [
        (t.booked_on.isoformat(), plain(t.amount), t.name, t.text)
        for t in statement.transactions
    ]


def notes(statement):
    return {n.code: n.values["count"] for n in statement.notes}


def test_ubs_with_lines_above_details_between_and_the_newest_first():
    statement = of_bank("ubs.csv")
    assert (statement.iban, statement.currency) == ("CH9300762011623852957", "CHF")
    assert [plain(statement.opening), plain(statement.closing)] == [
        "8000.00",
        "8710.25",
    ]
    assert [plain(t.amount) for t in statement.transactions] == [
        "-30.00",
        "200.00",
        "540.25",
    ]
    assert statement.transactions[2].bank_reference == "9930075TI1234567"
    assert notes(statement) == {"undated": 1}


def test_postfinance_with_a_disclaimer_below():
    statement = of_bank("postfinance.csv")
    assert statement.iban == "CH9300762011623852957"
    assert [row[:2] for row in rows(statement)] == [
        ("2026-03-17", "1250.00"),
        ("2026-03-16", "-5.00"),
    ]
    assert notes(statement) == {"undated": 2}


def test_zkb_with_twins():
    statement = of_bank("zkb.csv")
    assert [plain(t.amount) for t in statement.transactions] == [
        "2300.00",
        "2300.00",
        "-12.00",
    ]
    assert plain(statement.opening) == "0.00"


def test_raiffeisen_with_times_and_twins_without_reference():
    statement = of_bank("raiffeisen.csv", iban="CH9300762011623852957")
    assert [row[:2] for row in rows(statement)] == [
        ("2026-03-16", "120.50"),
        ("2026-03-16", "120.50"),
        ("2026-03-17", "-41.00"),
    ]
    assert len({t.key for t in statement.transactions}) == 3
    assert {t.iban for t in statement.transactions} == {""}


def test_sparkasse_with_years_of_two_figures():
    statement = of_bank("sparkasse.csv", currency="")
    first, _second = statement.transactions
    assert (statement.currency, plain(first.amount)) == ("EUR", "1190.00")
    assert (first.booked_on, first.value_on) == (date(2026, 3, 16), date(2026, 3, 17))
    assert first.name == "Hubertus Grünewald GmbH & Co. KG"
    assert first.iban == "DE02120300000000202051"
    assert first.end_to_end == "F-2026-0007"


def test_deutsche_bank_in_windows_letters_with_a_total_below():
    statement = of_bank("deutsche_bank.csv")
    assert rows(statement) == [
        ("2026-03-16", "250.00", "Käthe Brömmel", "RNr 10234 und 10235"),
        ("2026-03-17", "-1050.00", "Bürobedarf Nord", "Kd 77"),
    ]


def test_credit_agricole_with_texts_of_several_lines():
    statement = of_bank("credit_agricole.csv", currency="EUR")
    assert rows(statement) == [
        (
            "2026-03-17",
            "1520.00",
            "",
            "VIREMENT EN VOTRE FAVEUR BOULANGERIE LEFEVRE FACTURE 2026-0042",
        ),
        ("2026-03-16", "-99.60", "", "PRELEVEMENT ASSUR EXEMPLE"),
    ]


def test_the_head_and_first_rows_are_told_for_the_mapping():
    content = b"Konto;123\n\nDatum;;Betrag;Betrag\n16.03.2026;a;1.00;2.00\n"
    _mapping, told = mapping_of(content)
    assert told["head"] == ["Datum", "#2", "Betrag", "Betrag #4"]
    assert told["rows"] == [["16.03.2026", "a", "1.00", "2.00"]]
    assert told["columns"] == {"booked_on": "Datum", "amount": "Betrag"}


def test_a_head_that_says_nothing_is_the_first_row_as_wide_as_most():
    content = b"Report\nA|B|C\n2026-03-16|1.00|x\n2026-03-17|2.00|y\n"
    _mapping, told = mapping_of(content)
    assert told["head"] == ["A", "B", "C"]
    mapping = Mapping({"booked_on": "A", "amount": "B", "text": ["C"]}, currency="EUR")
    (statement,) = read_bank_file(content, "f", mapping)
    assert rows(statement)[1] == ("2026-03-17", "2.00", "", "y")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_letters_and_delimiters(encoding, delimiter):
    lines = [
        ["Datum", "Betrag", "Zahlungspflichtiger"],
        ["16.03.2026", "5.00", "Käser"],
    ]
    content = "\r\n".join(delimiter.join(line) for line in lines).encode(encoding)
    assert rows(guessed(content)) == [("2026-03-16", "5.00", "Käser", "")]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("12.50", "12.50"),
        ("-12.50", "-12.50"),
        ("12.50-", "-12.50"),
        ("(12.50)", "-12.50"),
        ("+12.50", "12.50"),
        ("\u221212.50", "-12.50"),
        ("- 1'234.50", "-1234.50"),
        ("1’234.50", "1234.50"),
        ("1 234,50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("CHF -12.50", "-12.50"),
        ("-12,50 €", "-12.50"),
    ],
)
def test_amounts_as_banks_write_them(cell, expected):
    content = f"Datum;Betrag\n16.03.2026;{cell}\n".encode()
    assert [row[1] for row in rows(guessed(content))] == [expected]


@pytest.mark.parametrize(
    ("credit", "debit", "expected"),
    [
        ("5.00", "", "5.00"),
        ("", "5.00", "-5.00"),
        ("", "-5.00", "-5.00"),
        ("5.00", "0.00", "5.00"),
        ("-5.00", "", "-5.00"),
    ],
)
def test_two_columns_of_amounts(credit, debit, expected):
    content = f"Datum;Gutschrift;Belastung\n16.03.2026;{credit};{debit}\n".encode()
    assert [row[1] for row in rows(guessed(content))] == [expected]


def test_a_date_format_settles_what_can_be_read_two_ways():
    content = b"Date,Amount\n03/04/2026,5.00\n"
    statement = guessed(content, date_format="%m/%d/%Y")
    assert [t.booked_on for t in statement.transactions] == [date(2026, 3, 4)]
