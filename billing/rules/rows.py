"""From the rows of a table to receivables, or to what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar, TypeVarTuple, Unpack

from billing.rules.cells import (
    missing,
    read_currency,
    read_email,
    read_language,
    read_required,
    read_text,
    read_yes,
    text_of,
)
from billing.rules.columns import match_columns
from billing.rules.reading import date_orders, decimal_signs, read_amount, read_date
from billing.rules.receivables import Receivable
from billing.rules.refusals import RowError, Unreadable, gettext_noop

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from moneyed import Money

    from billing.rules.cells import Cell
    from billing.rules.tables import Line, Table

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
MORE_THAN_ZERO = gettext_noop("It must be more than zero.")
DATES = ("issued_on", "due_on", "paid_on")
AMOUNTS = ("total", "paid")


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a person wants the file to be read; `currency` is for rows without one."""

    currency: str
    columns: Mapping[str, str] = field(default_factory=dict)
    date_format: str = ""
    until: date | None = None


@dataclass(slots=True)
class Reading:
    """The rows that could be read and the errors of those that could not."""

    rows: list[Receivable] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)


def read_rows(
    table: Table, wishes: Wishes, progress: Callable[[int], None] | None = None
) -> Reading:
    """Every row as a receivable or with its errors; none when a column is in doubt.

    Rows issued after `wishes.until` are left out, whatever else is in them.
    """
    columns, errors = match_columns(table.headers, wishes.columns)
    if errors:
        return Reading(errors=errors)
    reader = _Rows(table, columns, wishes)
    reading = Reading(errors=reader.errors)
    if reading.errors:
        return reading
    first_rows: dict[str, int] = {}
    for at, line in enumerate(table.lines):
        row = reader.read(line)
        if isinstance(row, Receivable):
            first = first_rows.setdefault(row.number, row.row)
            if first == row.row:
                reading.rows.append(row)
            else:
                reading.errors.append(_repeated(row, first))
        else:
            reading.errors += row
        if progress and at % 100 == 0:
            progress(at)
    if progress:
        progress(len(table.lines))
    return reading


def _repeated(row: Receivable, first: int) -> RowError:
    message = gettext_noop("Invoice %(number)s is already in row %(row)s.")
    return RowError(
        row.row, "number", message, {"number": row.number, "row": str(first)}
    )


class _Rows:
    """Reads the rows of one table; its columns are settled once."""

    def __init__(
        self, table: Table, columns: Mapping[str, str], wishes: Wishes
    ) -> None:
        self.headers, self.wishes = table.headers, wishes
        self.places = {name: table.headers.index(h) for name, h in columns.items()}
        numbers = [line.number for line in table.lines]
        cells = {
            name: list(zip(numbers, table.column(columns[name]), strict=True))
            for name in (*DATES, *AMOUNTS)
            if name in columns
        }
        dates = () if wishes.date_format else DATES
        self.orders, in_dates = date_orders({n: cells[n] for n in dates if n in cells})
        self.signs, in_amounts = decimal_signs(
            {name: cells[name] for name in AMOUNTS if name in cells},
            [self._currency_or_none(line) for line in table.lines],
        )
        self.errors = in_dates + in_amounts

    def _currency_or_none(self, line: Line) -> str:
        cells = _Cells(line, self.places)
        return cells.take("currency", read_currency, self.wishes.currency) or ""

    def read(self, line: Line) -> Receivable | list[RowError]:
        """The receivable of a row, its errors, or nothing when it is not asked for."""
        if len(line.cells) != len(self.headers):
            return [_ragged(line, len(self.headers))]
        if tuple(map(text_of, line.cells)) == self.headers:
            return [RowError(line.number, "", gettext_noop("The header once more."))]
        cells = _Cells(line, self.places)
        issued_on = self._date(cells, "issued_on")
        if issued_on and self.wishes.until and issued_on > self.wishes.until:
            return []
        return self._receivable(cells, issued_on) or cells.errors

    def _receivable(self, cells: _Cells, issued_on: date | None) -> Receivable | None:
        """Reads every cell, so that all that is wrong is told at once."""
        number = cells.take("number", read_required, 40)
        client = cells.take("client", read_required, 40)
        name = cells.take("client_name", read_text, 120)
        email = cells.take("email", read_email)
        language = cells.take("language", read_language)
        due_on = self._date(cells, "due_on")
        paid_on = self._date(cells, "paid_on")
        total, paid = self._amounts(cells)
        disputed = cells.take("disputed", read_yes)
        if issued_on and due_on and due_on < issued_on:
            cells.refuse("due_on", gettext_noop("It lies before the invoice date."))
        if cells.errors or not (number and client and issued_on and due_on and total):
            return None
        return Receivable(
            row=cells.line.number,
            number=number,
            client=client,
            issued_on=issued_on,
            due_on=due_on,
            total=total,
            paid_on=paid_on,
            paid=(paid or total) if paid_on else None,
            disputed=bool(disputed),
            client_name=name or "",
            email=email or "",
            language=language or "",
        )

    def _date(self, cells: _Cells, name: str) -> date | None:
        order = self.orders.get(name, "day")
        found = cells.take(name, read_date, order, self.wishes.date_format)
        if found is None and name != "paid_on" and not cells.refused(name):
            cells.refuse(name, missing().message)
        return found

    def _amounts(self, cells: _Cells) -> tuple[Money | None, Money | None]:
        """The total and the sum paid; both are zero or less only by mistake."""
        currency = cells.take("currency", read_currency, self.wishes.currency)
        if not currency:
            return None, None
        sign = self.signs.get("total", ".")
        total = cells.take("total", read_amount, sign, currency)
        if not total and not cells.refused("total"):
            message = missing().message if total is None else MORE_THAN_ZERO
            cells.refuse("total", message)
        sign = self.signs.get("paid", ".")
        paid = cells.take("paid", read_amount, sign, currency)
        dated = cells.cell("paid_on") != ""
        if paid and not dated:
            cells.refuse("paid_on", gettext_noop("A sum is paid, but on no date."))
        if paid is not None and not paid and dated:
            cells.refuse("paid", MORE_THAN_ZERO)
        return total, paid


class _Cells:
    """The cells of one row by field, and what is wrong with them."""

    def __init__(self, line: Line, places: Mapping[str, int]) -> None:
        self.line, self.places = line, places
        self.errors: list[RowError] = []

    def cell(self, name: str) -> Cell:
        """The cell of a field; empty where the file has no column for it."""
        at = self.places.get(name, len(self.line.cells))
        return self.line.cells[at] if at < len(self.line.cells) else ""

    def take(
        self, name: str, read: Callable[[Cell, Unpack[Ts]], T], *args: *Ts
    ) -> T | None:
        """The value of a cell, or None with the reason among the errors."""
        try:
            return read(self.cell(name), *args)
        except Unreadable as error:
            self.errors.append(
                RowError(self.line.number, name, error.message, error.details)
            )
            return None

    def refuse(self, name: str, message: str) -> None:
        """Note what is wrong with a field."""
        self.errors.append(RowError(self.line.number, name, message))

    def refused(self, name: str) -> bool:
        """Whether something is wrong with the field already."""
        return any(error.field == name for error in self.errors)


def _ragged(line: Line, width: int) -> RowError:
    message = gettext_noop("The row has %(cells)s cells, the header %(width)s.")
    return RowError(
        line.number, "", message, {"cells": str(len(line.cells)), "width": str(width)}
    )
