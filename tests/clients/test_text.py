"""Text is made fit to be stored: one line, nothing invisible (bad input 34, 38, 43, 44)."""

import pytest

from clients.models import search_key
from clients.rules.text import lines, one_line


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  Dupont   SA ", "Dupont SA"),
        ("Dupont\r\nSA", "Dupont SA"),
        ("Dupont\x00 SA", "Dupont SA"),
        ("\u202eSA tnopuD", "SA tnopuD"),
        ("Du\u200bpont\ufeff", "Dupont"),
        ("Müller\u00a0& Söhne\tAG", "Müller & Söhne AG"),
        ("O'Brien; DROP TABLE", "O'Brien; DROP TABLE"),
        ("👩\u200d🌾 Hof", "👩\u200d🌾 Hof"),
        ("مؤسسة الأمل", "مؤسسة الأمل"),
        ("\ud800", ""),
        ("", ""),
    ],
)
def test_one_line(typed, stored):
    assert one_line(typed) == stored


def test_lines_are_kept_and_each_is_cleaned():
    assert lines("\n a \r\n\u202eb\n\n c\n") == "a\nb\n\nc"


@pytest.mark.parametrize(
    "typed", ["muller", "MÜLLER", "Müller", "  müller  ", "Mu\u0308ller"]
)
def test_search_finds_whatever_accents_and_case_are_typed(typed):
    assert search_key(typed) in search_key("Schreinerei Müller AG", "D-7")
