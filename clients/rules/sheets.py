"""What a text must be like to leave in a table for a spreadsheet."""

from __future__ import annotations

import re
from dataclasses import dataclass

# A spreadsheet takes a text that begins so for a formula, and runs it (ASVS 1.2.10).
# The wide signs are what East Asian keyboards write; they are read as the narrow ones.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
NUMBER = re.compile(r"[+-]?[0-9][0-9'’., ]*", re.ASCII)
# What XML 1.0, and with it an XLSX file, cannot hold.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Rows of a sheet, the head included: no spreadsheet opens more.
MOST_ROWS = 1_048_576
COMMA_COUNTRIES = {"AT", "BE", "DE", "ES", "FR", "IT", "LU", "NL", "PT"}


@dataclass(frozen=True, slots=True)
class Dialect:
    """What parts the cells of a CSV file, and what its decimals stand behind."""

    delimiter: str = ","
    point: str = "."


# For other programs: the same in every country (RFC 4180).
PLAIN = Dialect()


def dialect(country: str) -> Dialect:
    """How spreadsheets of a country read a CSV file that is simply opened.

    They take the list separator and the decimal sign of the system: in Germany
    and France `;` and a comma (1.50 would become the first of May), in
    Switzerland `;` and a point.
    """
    if country in COMMA_COUNTRIES:
        return Dialect(";", ",")
    return Dialect(";") if country in {"CH", "LI"} else PLAIN


def safe_cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula; numbers stay numbers."""
    if text.startswith(FORMULA) and not NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def printable(text: str) -> str:
    """Text without the characters that an XLSX file refuses."""
    return UNPRINTABLE.sub("", text)
