"""Payment references and account numbers as banks write them, brought to one form."""

from __future__ import annotations

import re

from stdnum import iban as ibans
from stdnum import iso11649
from stdnum.ch import esr

from billing.rules.cells import HIDDEN

QR = re.compile(r"[0-9]{27}")
SCOR = re.compile(r"RF[0-9]{2}[A-Z0-9]{1,21}")
IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
# What banks write where there is nothing to tell.
NOTHING = {"", "NOTPROVIDED", "NONREF", "NOREF", "NONE", "NOTAVAILABLE", "NA"}


def one_line(text: str | None, length: int) -> str:
    """A text of a bank on one line, without what cannot be seen, cut to its place."""
    return " ".join(HIDDEN.sub("", text or "").split())[:length].rstrip()


def given(text: str | None, length: int = 80) -> str:
    """A reference, or nothing where the bank says in its way that there is none."""
    line = one_line(text, length)
    plain = re.sub(r"[^A-Z0-9]", "", line.upper())
    return "" if plain in NOTHING or not plain.strip("0") else line


def compact(text: str | None) -> str:
    """A structured reference or IBAN without blanks, in capital letters."""
    return re.sub(r"\s", "", HIDDEN.sub("", text or "")).upper()


def creditor_reference(text: str | None, *, is_isr: bool = False) -> str:
    """A structured reference in its one form, other references as they stand.

    The older ISR references have up to 27 digits; with zeros in front of them they
    are QR references.
    """
    plain = compact(text)
    if is_isr and plain.isascii() and plain.isdigit() and len(plain) < 27:
        plain = plain.zfill(27)
    if QR.fullmatch(plain) or SCOR.fullmatch(plain):
        return plain if plain.strip("0") else ""
    return given(text, 40)


def is_structured(reference: str) -> bool:
    """Whether it has the form of a QR or SCOR reference, right or wrong."""
    return bool(QR.fullmatch(reference) or SCOR.fullmatch(reference))


def is_right(reference: str) -> bool:
    """Whether a structured reference has the right check digits."""
    if QR.fullmatch(reference):
        return bool(esr.is_valid(reference))
    return bool(SCOR.fullmatch(reference) and iso11649.is_valid(reference))


def is_iban(text: str) -> bool:
    """Whether it is an IBAN with the right check digits; `text` without blanks."""
    return bool(IBAN.fullmatch(text) and ibans.is_valid(text))
