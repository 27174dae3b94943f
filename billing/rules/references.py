"""Payment references made of the number of an invoice: QR reference and SCOR."""

from __future__ import annotations

import re

from stdnum.ch import esr
from stdnum.iso7064 import mod_97_10

# A number of our own series, alone or with its instalment: F-2026-0001/2.
OWN = re.compile(
    r"([A-Z]{1,6})-([0-9]{4})-([0-9]{4}|[1-9][0-9]{4,6})(?:/([0-9]{1,3}))?"
)

# The two forms that such a number takes in a reference.
SCOR = re.compile(
    r"RF[0-9]{2}([A-Z]{1,6})([0-9]{4})([0-9]{4}|[1-9][0-9]{4,6})(?:T([0-9]{1,3}))?"
)
QR = re.compile(r"[0-9]{27}")


def qr_reference(number: str) -> str:
    """The 27 digits that a payment to a QR-IBAN must bear.

    Twelve digits for the prefix (two for each letter), four for the year, seven for
    the number, three for the instalment, and the check digit: no two invoices give
    the same. Raises ValueError for a number of another form.
    """
    prefix, year, count, instalment = _parts(number)
    letters = "".join(str(ord(letter) - ord("A") + 10) for letter in prefix)
    digits = f"{letters:>012}{year}{count:>07}{instalment or '':>03}"
    return digits + str(esr.calc_check_digit(digits))


def scor_reference(number: str) -> str:
    """The creditor reference of ISO 11649, such as RF60F20260001T2.

    The T keeps the second instalment of one invoice from another invoice's number.
    Raises ValueError for a number of another form.
    """
    prefix, year, count, instalment = _parts(number)
    text = f"{prefix}{year}{count}" + (f"T{instalment}" if instalment else "")
    check = mod_97_10.calc_check_digits(text + "RF")
    return f"RF{check}{text}"


def number_of(reference: str) -> str:
    """The number that a reference was made of; empty where it is not one of ours."""
    number = _of_scor(reference) if reference.startswith("RF") else _of_qr(reference)
    if not number:
        return ""
    make = scor_reference if reference.startswith("RF") else qr_reference
    return number if make(number) == reference else ""


def _of_scor(reference: str) -> str:
    found = SCOR.fullmatch(reference)
    if not found:
        return ""
    prefix, year, count, instalment = found.groups(default="")
    return f"{prefix}-{year}-{count}" + (f"/{instalment}" if instalment else "")


def _of_qr(reference: str) -> str:
    if not QR.fullmatch(reference):
        return ""
    pairs = [int(reference[at : at + 2]) for at in range(0, 12, 2)]
    letters = [chr(pair - 10 + ord("A")) for pair in pairs if pair]
    count, instalment = int(reference[16:23]), int(reference[23:26])
    number = f"{''.join(letters)}-{reference[12:16]}-{count:04d}"
    number += f"/{instalment}" if instalment else ""
    return number if OWN.fullmatch(number) else ""


def _parts(number: str) -> tuple[str, str, str, str]:
    found = OWN.fullmatch(number)
    if not found:
        raise ValueError(f"{number!r} is not a number of our own series")
    prefix, year, count, instalment = found.groups(default="")
    return prefix, year, count, instalment
