"""A refused file says in words what is wrong, and where."""

from __future__ import annotations

import pytest

from billing.bank.wording import refused
from billing.rules.bank.mapping import Mapping
from billing.rules.bank.reading import read_bank_file
from billing.rules.bank.statement import BankFileRefusal

HEAD = "Date;Amount;Balance\n"
COLUMNS = {"booked_on": "Date", "amount": "Amount", "balance": "Balance"}


def words(content, **columns):
    mapping = Mapping(COLUMNS | columns, currency="CHF")
    with pytest.raises(BankFileRefusal) as refusal:
        read_bank_file(content.encode(), "f", mapping)
    return refused(refusal.value)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("16.03.2026;abc;\n", "Row 2: “abc” is not an amount"),
        ("03/04/2026;1.50;\n", "Row 2: “03/04/2026” can be read as day/month"),
        ("16.03.2026;1.50;9\n17.03.2026;1.00;1\n", "Row 3: the balance beside it"),
        ("16.03.2026;abc;\n" * 7, "And 2 more."),
    ],
)
def test_the_row_is_named(rows, said):
    assert said in words(HEAD + rows)


def test_a_column_that_is_missing_is_named():
    assert "“Text”" in words(HEAD + "16.03.2026;1.00;\n", text="Text")


def test_the_line_of_an_mt940_file_is_quoted():
    content = ":20:X\n:25:DE89370400440532013000\n:60F:C260301EUR0,00\n:61:oops\n"
    with pytest.raises(BankFileRefusal) as refusal:
        read_bank_file(content.encode(), "f", None)
    assert "oops" in refused(refusal.value)
