"""What leaves as a table for a spreadsheet."""

from __future__ import annotations

# A spreadsheet takes a text that begins so for a formula, and runs it (ASVS 1.2.10).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")


def safe_cell(text: str) -> str:
    """The text as a spreadsheet shows it: never a formula. Not for amounts."""
    return f"'{text}" if text.startswith(FORMULA) else text
