"""The refused rows of a file as a table to correct: as they were, with the reason."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from billing.rules.cells import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from billing.rules.tables import Table

NUMBER = re.compile(r"[+-]?[0-9][0-9'’., ]*", re.ASCII)


def refused_rows(
    table: Table, reasons: Mapping[int, str], head: tuple[str, str]
) -> Iterator[list[str]]:
    """The header, then each refused row; `head` names the two columns put first."""
    yield [safe_cell(text) for text in (*head, *table.headers)]
    for line in table.lines:
        if line.number in reasons:
            texts = [text_of(cell) for cell in line.cells]
            yield [
                str(line.number),
                *(safe_cell(text) for text in (reasons[line.number], *texts)),
            ]


def safe_cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula; numbers stay numbers."""
    if text.startswith(("=", "+", "-", "@", "\t", "\r", "\0")):
        return text if NUMBER.fullmatch(text) else f"'{text}"
    return text
