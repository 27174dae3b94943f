"""Finds the table in a bank's CSV file: its delimiter, its head, its rows."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from billing.rules.bank.mapping import guess_mapping, is_readable
from billing.rules.bank.references import compact, is_iban, one_line
from billing.rules.bank.statement import BankFileRefusal
from billing.rules.refusals import RowError, Unreadable, gettext_noop
from billing.rules.tables import MAX_ROWS, csv_rows
from billing.rules.workbooks import MAX_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence

DELIMITERS = ";,\t|"
# Banks write the account, the period and more above the head.
ABOVE = 40
ACCOUNT = re.compile(r"[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class BankTable:
    """The head, the rows below it as the file counts them, and the account above."""

    head: list[str]
    rows: list[tuple[int, list[str]]]
    iban: str = ""

    @property
    def width(self) -> int:
        """How many cells a row has."""
        return len(self.head)


def bank_table(text: str, headers: Sequence[str] = ()) -> BankTable:
    """The table with these headers; raises BankFileRefusal where there is none.

    Without headers, or if no row has them, the head is found by what it says.
    """
    delimiter = _delimiter(text[:60_000])
    try:
        rows = list(islice(csv_rows(text, delimiter), MAX_ROWS + ABOVE + 1))
    except Unreadable as refused:
        error = RowError(0, "", refused.message, refused.details)
        raise BankFileRefusal("rows", errors=[error]) from refused
    filled = [(number, cells) for number, cells in rows if any(cells)]
    if len(filled) > MAX_ROWS + 1:
        raise BankFileRefusal("rows", errors=[_too_many()])
    first = [cells for _number, cells in filled[: ABOVE + 1]]
    at = _bearing(first, set(headers))
    at = _head_at(first) if at is None else at
    if at is None:
        raise BankFileRefusal("form", name="")
    head = _unique(filled[at][1])
    above = " ".join(cell for _n, cells in filled[:at] for cell in cells)
    return BankTable(
        head=head,
        rows=[row for row in filled[at + 1 :] if row[1] != filled[at][1]],
        iban=_only_iban(above),
    )


def _delimiter(head: str) -> str:
    """The one that cuts most rows into equally many cells, and into more than one."""

    def fit(delimiter: str) -> tuple[int, int]:
        rows = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
        widths: Counter[int] = Counter()
        try:
            widths.update(len(row) for row in islice(rows, 100) if len(row) > 1)
        except csv.Error:
            return (0, 0)
        return max(((n * w, w) for w, n in widths.items()), default=(0, 0))

    return max(DELIMITERS, key=fit)


def _bearing(rows: Sequence[list[str]], headers: set[str]) -> int | None:
    """The row that bears all of the headers, if any are given."""
    if not headers:
        return None
    places = (n for n, cells in enumerate(rows) if headers <= set(_unique(cells)))
    return next(places, None)


def _head_at(rows: Sequence[list[str]]) -> int | None:
    """The row whose names tell most, or the first one as wide as most rows."""
    guesses = [guess_mapping(cells) for cells in rows]
    told = [len(g) if is_readable(g) else 0 for g in guesses]
    if any(told):
        return told.index(max(told))
    widths = Counter(len(cells) for cells in rows if len(cells) > 1)
    if not widths:
        return None
    usual = max(widths, key=lambda w: (widths[w], w))
    return next(n for n, cells in enumerate(rows) if len(cells) == usual)


def _unique(cells: Sequence[str]) -> list[str]:
    """The names of the columns; those without one or with another's get their place."""
    if len(cells) > MAX_COLUMNS:
        raise BankFileRefusal("form", name="")
    found: list[str] = []
    names = [one_line(cell, 80) for cell in cells]
    while names and not names[-1]:
        names.pop()
    for place, name in enumerate(names, 1):
        found.append(f"{name} #{place}".strip() if name in {"", *found} else name)
    return found


def _only_iban(text: str) -> str:
    found = {compact(match) for match in ACCOUNT.findall(text)}
    right = [account for account in found if is_iban(account)]
    return right[0] if len(right) == 1 else ""


def _too_many() -> RowError:
    return RowError(
        0,
        "",
        gettext_noop("The file has more than %(rows)s rows: split it."),
        {"rows": str(MAX_ROWS)},
    )
