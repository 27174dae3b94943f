"""What is read of an MT940 file, in the dialects of several banks."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from billing.rules.bank.reading import read_bank_file
from billing.rules.bank.statement import BankFileRefusal
from billing.rules.money import plain

FILES = Path(__file__).parent / "bank_files"


def read(content):
    return read_bank_file(content.encode(), "f.sta", None)


def one(name):
    (statement,) = read_bank_file((FILES / name).read_bytes(), name, None)
    return statement


def rows(statement):
    return [
        (plain(t.amount), t.name, t.iban, t.end_to_end or t.reference, t.text)
        for t in statement.transactions
    ]


def message(*lines, opening="C260301EUR0,00", closing="C260331EUR0,00"):
    parts = [":20:X", ":25:DE89370400440532013000", ":28C:1/1", f":60F:{opening}"]
    return "\r\n".join([*parts, *lines, f":62F:{closing}", "-", ""])


def test_numbered_parts_of_a_german_bank():
    statement = one("sparkasse.sta")
    assert statement.iban == "DE15370501980001234567"
    assert (plain(statement.opening), plain(statement.closing)) == (
        "12500.00",
        "13690.00",
    )
    payer = ("Hubertus Grünewald GmbH & Co. KG", "DE89370400440532013000")
    paid = (
        "1190.00",
        *payer,
        "F-2026-0007",
        "Rechnung F-2026-0007 vom 02.03.2026, vielen Dank",
    )
    telephone = "Stadtnetz Beispiel AG"
    assert rows(statement) == [
        paid,
        paid,
        ("-45.90", telephone, "DE02120300000000202051", "", "Telefon Maerz"),
        ("-1190.00", *payer, "F-2026-0007", "Konto erloschen"),
        ("45.90", telephone, "", "", "widerrufen"),
    ]


def test_twins_of_a_bank_that_numbers_them_alike_stay_two():
    keys = [t.key for t in one("sparkasse.sta").transactions]
    assert len(set(keys)) == len(keys)


def test_a_long_reference_may_come_again_on_another_day():
    """Unlike in camt nothing says that it is unique."""
    lines = [f":61:26031{n}C5,00NTRFNONREF//ALWAYSTHESAME" for n in (6, 7)]
    keys = set()
    for line in lines:
        (statement,) = read(message(line, closing="C260331EUR5,00"))
        keys |= {t.key for t in statement.transactions}
    assert len(keys) == 2


def test_what_is_taken_back_has_the_sign_that_the_balances_prove():
    found = [t.is_reversal for t in one("sparkasse.sta").transactions]
    assert found == [False, False, False, True, True]


def test_pages_and_the_turn_of_the_year():
    statement = one("commerzbank.sta")
    assert (plain(statement.opening), plain(statement.closing)) == ("0.00", "150.00")
    assert [(t.booked_on, t.value_on) for t in statement.transactions] == [
        (date(2026, 1, 5), date(2025, 12, 31)),
        (date(2025, 12, 30), date(2026, 1, 2)),
    ]


def test_lines_of_a_swiss_bank():
    statement = one("ubs.sta")
    assert (statement.iban, statement.currency) == ("CH930024024087654321Y", "CHF")
    first, second, third = rows(statement)
    assert first[2] == "CH9300762011623852957"
    assert first[4].endswith("BERNASCONI FRATELLI SA, 6900 LUGANO FATTURA F-2026-0011")
    assert second[3] == "RF18539007547034"
    assert third == ("-40.25", "", "", "", "PREISE")
    assert statement.transactions[0].bank_reference == "9930075TI1234567"


def test_words_between_slashes_of_a_french_bank():
    statement = one("bnp.sta")
    assert plain(statement.opening) == "-250.00"
    assert rows(statement) == [
        (
            "1000.00",
            "SOCIETE DUPRE ET FILS",
            "FR7630006000011234567890189",
            "FAC-118",
            "Reglement facture FAC-118 du 02/03/2026",
        ),
        ("2.50", "J. Martin", "", "RF18539007547034", ""),
    ]


@pytest.mark.parametrize(
    ("mark", "expected"),
    [("C", "100.00"), ("D", "-100.00"), ("RC", "-100.00"), ("RD", "100.00")],
)
def test_the_marks_of_an_entry(mark, expected):
    sign = "D" if expected.startswith("-") else "C"
    text = message(f":61:260316{mark}100,NTRFNONREF", closing=f"{sign}260331EUR100,00")
    ((statement),) = read(text)
    assert [plain(t.amount) for t in statement.transactions] == [expected]


def test_a_reversal_that_a_bank_signs_the_other_way():
    text = message(":61:260316RC100,NTRFNONREF", closing="C260331EUR100,00")
    (statement,) = read(text)
    assert [plain(t.amount) for t in statement.transactions] == ["100.00"]
    assert [n.code for n in statement.notes] == ["flipped"]


@pytest.mark.parametrize(
    ("value", "entry", "expected"),
    [
        ("141231", "0105", date(2015, 1, 5)),
        ("150102", "1231", date(2014, 12, 31)),
        ("251120", "0110", date(2026, 1, 10)),
        ("240228", "0229", date(2024, 2, 29)),
        ("231231", "0229", date(2024, 2, 29)),
        ("260316", "", date(2026, 3, 16)),
        ("260316", "    ", date(2026, 3, 16)),
    ],
)
def test_the_entry_date_is_the_one_nearest_to_the_value_date(value, entry, expected):
    line = f":61:{value}{entry}C100,00NTRFNONREF"
    (statement,) = read(message(line, closing="C260331EUR100,00"))
    assert [t.booked_on for t in statement.transactions] == [expected]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (":61:260316D-104,12NTRFNONREF", "mt940"),
        (":61:260316C,NTRFNONREF", "mt940"),
        (":61:260316C1,2,3NTRFNONREF", "mt940"),
        (":61:261316C1,00NTRFNONREF", "mt940"),
        (":61:2603161332C1,00NTRFNONREF", "date"),
        (":61:260316C1,005NTRFNONREF", "amount"),
        (":61:abc", "mt940"),
        (":61:260316C1,00NTRFNONREF", "balance"),
    ],
)
def test_what_cannot_be_read_refuses_the_file(line, code):
    with pytest.raises(BankFileRefusal) as refused:
        read(message(line))
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (":25:DE89370400440532013000", ":21:X", "account"),
        ("C260331EUR", "C260331CHF", "currency"),
        ("EUR", "XXX", "currency"),
    ],
)
def test_a_head_that_cannot_be_read_refuses_the_file(before, after, code):
    with pytest.raises(BankFileRefusal) as refused:
        read(message().replace(before, after))
    assert refused.value.code == code


def test_a_name_of_a_file_on_the_disk_is_no_statement():
    """The library opens files whose names it is given."""
    with pytest.raises(BankFileRefusal):
        read(str(FILES / "ubs.sta"))


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        ("DE89370400440532013000", "DE89370400440532013000"),
        ("DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
        ("COBADEFF/DE89370400440532013000", "DE89370400440532013000"),
        ("DE89370400440532013000EUR", "DE89370400440532013000"),
        ("37040044/532013000", "DE89370400440532013000"),
        ("37040044/0532013000EUR", "DE89370400440532013000"),
        ("01-1234-5", "01-1234-5"),
    ],
)
def test_the_account(account, expected):
    text = message().replace("DE89370400440532013000", account)
    (statement,) = read(text)
    assert statement.iban == expected


@pytest.mark.parametrize("field", [":28C:2026075/1", ":28C:", ":34F:EURD", ":13D:x"])
def test_fields_that_say_nothing_of_movements_may_say_what_they_like(field):
    (statement,) = read(message().replace(":28C:1/1", field))
    assert statement.transactions == []


def test_what_stands_below_the_balance_is_not_of_the_last_entry():
    text = message(
        ":61:260316C1,00NTRFNONREF", ":86:Miete", closing="C260331EUR1,00"
    ).replace("\r\n-", "\r\n:64:C260331EUR1,00\r\n:86:Zinsen\r\n-")
    (statement,) = read(text)
    assert [t.text for t in statement.transactions] == ["Miete"]


def test_nothing_of_a_statement_gets_into_the_log(caplog):
    with pytest.raises(BankFileRefusal):
        read(message(":61:Meier Hans"))
    assert caplog.records == []


def test_an_amount_of_nothing_is_left_out():
    (statement,) = read(message(":61:260316C0,00NTRFNONREF"))
    assert statement.transactions == []
    assert [n.code for n in statement.notes] == ["nothing"]


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("166?20SVWZ+RF18539007547034", ""),
        ("166?20Miete?21Maerz", "Miete Maerz"),
        ("166?20abcdefghijklmnopqrstuvwxyza?21bc", "abcdefghijklmnopqrstuvwxyzabc"),
        ("166~20Miete~32Nord AG", "Miete"),
        ("Miete 03/2026", "Miete 03/2026"),
        ("05 Miete", "05 Miete"),
        ("/EREF/NOTPROVIDED/REMI/Miete 1/2", "Miete 1/2"),
    ],
)
def test_the_ways_of_field_86(field, text):
    lines = (":61:260316C1,00NTRFNONREF", f":86:{field}")
    (statement,) = read(message(*lines, closing="C260331EUR1,00"))
    (found,) = statement.transactions
    assert found.end_to_end == ""
    assert found.text == (text or found.text)
    assert found.reference == ("" if text else "RF18539007547034")
