"""What leaves as a table for a spreadsheet."""

from __future__ import annotations

import re

# A spreadsheet takes a text that begins so for a formula, and runs it (ASVS 1.2.10).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")
NUMBER = re.compile(r"[+-]?[0-9][0-9'’., ]*", re.ASCII)


def safe_cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula; numbers stay numbers."""
    if text.startswith(FORMULA) and not NUMBER.fullmatch(text):
        return f"'{text}"
    return text
