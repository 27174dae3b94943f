"""Single cells: what is read and what is refused (reliability §4, rows 34-48, 118-120)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from billing.rules.cells import (
    read_currency,
    read_email,
    read_language,
    read_required,
    read_text,
    read_yes,
)
from billing.rules.refusals import Unreadable


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("  Müller   AG ", "Müller AG"),
        ("Müller\r\nAG", "Müller AG"),
        ("O'Brien; DROP TABLE", "O'Brien; DROP TABLE"),
        ("Null", "Null"),
        ("+GF+", "+GF+"),
        ("-12", "-12"),
        ("שלום", "שלום"),
        ("Cafe\u0301", "Café"),
        (Decimal(611365), "611365"),
        (Decimal("6.1E+6"), "6100000"),
        (date(2013, 1, 2), "2013-01-02"),
    ],
)
def test_a_text_is_kept_on_one_line(cell, expected):
    assert read_text(cell, 40) == expected


@pytest.mark.parametrize(
    "cell",
    [
        "R\x00-1",
        "R\x1b-1",
        "R\u202e-1",
        "R\u200b-1",
        "\ufeffR-1",
        "R\ud800",
        "R\x85\x9f",
        "=1+1",
        '=HYPERLINK("x")',
        "@SUM(A1)",
        "+cmd|' /C calc'!A0",
        "-2+3+cmd|'x'!A0",
        "x" * 41,
    ],
)
def test_a_text_that_hides_something_or_is_too_long_is_refused(cell):
    with pytest.raises(Unreadable):
        read_text(cell, 40)


def test_a_number_must_be_there():
    with pytest.raises(Unreadable, match="missing"):
        read_required("  ", 40)


@pytest.mark.parametrize(
    "text",
    ["", "a@b.ch", "a.b+c@müller.example", "o'brien@x-y.example.org"],
)
def test_an_address_that_is_one(text):
    assert read_email(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "a@b",
        "a@b.ch,c@d.ch",
        "a b@c.ch",
        "a@[127.0.0.1]",
        "ä@b.ch",
        "a@b.ch\x00",
        "x" * 65 + "@b.ch",
        "a@" + "b." * 130 + "ch",
        "<a@b.ch>",
        "a..b@c.ch",
    ],
)
def test_an_address_that_is_none(text):
    with pytest.raises(Unreadable):
        read_email(text)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [(c, True) for c in ("Yes", "TRUE", "1", "oui", "Ja", "true", Decimal(1))]
    + [(c, False) for c in ("No", "false", "0", "non", "NEIN", "", Decimal(0))],
)
def test_yes_and_no_in_three_languages(cell, expected):
    assert read_yes(cell) is expected


def test_neither_yes_nor_no():
    with pytest.raises(Unreadable, match="perhaps"):
        read_yes("perhaps")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("fr", "fr"),
        ("FR-CH", "fr"),
        ("de_DE", "de"),
        ("Français", "fr"),
        ("Deutsch", "de"),
        ("English", "en"),
        ("", ""),
        ("Französisch", "fr"),
    ],
)
def test_a_language_by_code_or_name(cell, expected):
    assert read_language(cell) == expected


def test_a_language_nobody_writes_here():
    with pytest.raises(Unreadable, match="klingon"):
        read_language("klingon")


@pytest.mark.parametrize("code", ["CHF", "eur", " JPY ", "KWD"])
def test_a_currency_of_the_world(code):
    assert read_currency(code, "CHF") == code.strip().upper()
    assert read_currency("", "CHF") == "CHF"


@pytest.mark.parametrize("code", ["XYZ", "XXX", "XAU", "€", "CHFR", "CLF", "ＣＨＦ"])
def test_an_unknown_currency(code):
    with pytest.raises(Unreadable, match="currency"):
        read_currency(code, "CHF")
