"""Names of files as they arrive at a client's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.rules.names import pdf_name


@pytest.mark.parametrize(
    ("words", "company", "name"),
    [
        (
            "Rappel R-2026-0001",
            "Fiduciaire du Léman SA",
            "Rappel R-2026-0001 – Fiduciaire du Léman SA.pdf",
        ),
        ("Mahnung 7", "", "Mahnung 7.pdf"),
        ("Facture F/2026/1", "A & B", "Facture F-2026-1 – A & B.pdf"),
        ("../../etc/passwd", "", "etc-passwd.pdf"),
        ("Rappel 1", 'Müller "Söhne"', "Rappel 1 – Müller Söhne.pdf"),
        ("Rappel\r\nX: y", "\u202efdp.exe", "Rappel X- y – fdp.exe.pdf"),
        ("Rappel 1", "Widgets, Inc.", "Rappel 1 – Widgets, Inc.pdf"),
        ("Releve\u0301 1", "", "Relevé 1.pdf"),
        ("R 1", "x" * 300, f"R 1 – {'x' * 110}.pdf"),
    ],
)
def test_a_name_says_what_and_who(words, company, name):
    assert pdf_name(words, company) == name


@given(st.text(max_size=400), st.text(max_size=400))
def test_whatever_is_typed_a_name_is_safe(words, company):
    """76, 77."""
    name = pdf_name(words, company)
    assert name.endswith(".pdf")
    assert len(name) <= 120
    assert len(name.encode()) <= 200
    assert not set(name) & set('\\/:*?"<>|\0\r\n\t\u202e')
    assert not name.startswith((" ", "-"))
