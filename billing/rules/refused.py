"""The refused rows of a file as a table to correct: as they were, with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.rules.cells import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from billing.rules.tables import Table


def refused_rows(
    table: Table, reasons: Mapping[int, str], head: tuple[str, str]
) -> Iterator[list[str]]:
    """The header, then each refused row; `head` names the two columns put first."""
    yield [*head, *table.headers]
    for line in table.lines:
        if line.number in reasons:
            texts = [text_of(cell) for cell in line.cells]
            yield [str(line.number), reasons[line.number], *texts]
