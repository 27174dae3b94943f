"""Tables as files for spreadsheets: CSV as it is read, XLSX, both never run anything.

Cells are typed: amounts and numbers stay numbers, dates stay dates, and text is
text. A CSV file begins with a byte order mark, without which Excel takes UTF-8 for
Windows-1252; its separator and decimal sign are those of the company's country
(`clients.rules.sheets.dialect`); dates are ISO, which every country's Excel knows.
"""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import IO, TYPE_CHECKING, Any

from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext, override
from moneyed import Money
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from clients.rules.sheets import (
    FORMULA,
    MOST_ROWS,
    PLAIN,
    Dialect,
    printable,
    safe_cell,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from _typeshed import SupportsWrite

Cell = str | int | Decimal | Money | date | datetime | None
Kept = dict[tuple[int, str], Any]
ROWS_AT_ONCE = 500
# Excel's own short date: it is shown as the reader's country writes it.
DAY, TIME = "mm-dd-yy", "m/d/yy h:mm"
WIDEST = 60


class TooManyRows(Exception):
    """More rows than a sheet can hold."""


def csv_parts(rows: Iterable[Sequence[Cell]], form: Dialect) -> Iterator[str]:
    """A CSV file piece by piece, in the language that is spoken now."""
    language = get_language() or "en"
    left = iter(rows)
    yield "\ufeff"
    while True:
        with override(language):
            part = list(islice(left, ROWS_AT_ONCE))
        if not part:
            return
        text = io.StringIO(newline="")
        write_csv(text, part, form)
        yield text.getvalue()


def write_csv(
    file: SupportsWrite[str], rows: Iterable[Sequence[Cell]], form: Dialect = PLAIN
) -> None:
    """Rows as CSV; without a form, the one that other programs read."""
    writer = csv.writer(file, delimiter=form.delimiter)
    writer.writerows([_text(cell, form.point) for cell in row] for row in rows)


def write_xlsx(file: IO[bytes], title: str, rows: Iterable[Sequence[Cell]]) -> None:
    """Rows as a workbook of one sheet, the first of them its head.

    It is written row by row: memory does not grow with it. Raises TooManyRows.
    """
    write_book(file, [(title, rows)])


def write_book(
    file: IO[bytes], sheets: Iterable[tuple[str, Iterable[Sequence[Cell]]]]
) -> None:
    """A workbook of several sheets, each with its title; see `write_xlsx`."""
    book = Workbook(write_only=True)
    for title, rows in sheets:
        _write_sheet(book, title, rows)
    book.save(file)


def _write_sheet(book: Workbook, title: str, rows: Iterable[Sequence[Cell]]) -> None:
    sheet: Any = book.create_sheet(printable(title)[:31] or "1")
    left = iter(rows)
    first = list(islice(left, 100))
    sheet.freeze_panes = "A2"
    for column, width in enumerate(_widths(first), 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    kept: Kept = {}
    for number, row in enumerate(chain(first, left)):
        if number == MOST_ROWS:
            sheet.close()
            raise TooManyRows
        look = "head" if number == 0 else ""
        sheet.append(
            [_cell(kept, sheet, at, cell, look) for at, cell in enumerate(row)]
        )


def plain_cell(value: Any) -> Cell:
    """A value as a cell holds it: yes and no in words, and nothing unknown."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if value is None or isinstance(value, str | int | Decimal | Money | date):
        return value
    return str(value)


def _text(cell: Cell, point: str) -> str:
    if isinstance(cell, str):
        return safe_cell(cell)
    if isinstance(cell, datetime):
        return f"{_local(cell):%Y-%m-%d %H:%M}"
    if isinstance(cell, Money):
        return f"{cell.amount:.{_decimals(cell)}f}".replace(".", point)
    if isinstance(cell, Decimal):
        return f"{cell:f}".replace(".", point)
    # Whole numbers, and days as ISO writes them.
    return "" if cell is None else str(cell)


def _cell(kept: Kept, sheet: Any, at: int, value: Cell, look: str) -> Any:
    """The value in the cell of its column and look, made once and used again."""
    value, look = _typed(value, look)
    if value is None:
        return None
    cell = kept.get((at, look))
    if cell is None:
        cell = kept[at, look] = _styled(WriteOnlyCell(sheet), look)
    cell.value = value
    if isinstance(value, str):
        # Whatever it looks like: neither a formula nor an error, also after F2.
        cell.data_type = "s"
    return cell


def _typed(value: Cell, look: str) -> tuple[str | int | Decimal | date | None, str]:
    """What openpyxl is given for a cell, and the number format it is shown in."""
    if isinstance(value, str):
        risky = "quoted" if value.startswith(FORMULA) else "General"
        return printable(value), look or risky
    if isinstance(value, datetime):
        return _local(value), TIME
    if isinstance(value, date):
        return value, DAY
    if isinstance(value, Money):
        digits = _decimals(value)
        return value.amount, "#,##0" + ("." + "0" * digits if digits else "")
    return value, "General"


def _styled(cell: Any, look: str) -> Any:
    if look == "head":
        cell.font = Font(bold=True)
    elif look == "quoted":
        cell.quotePrefix = True
    else:
        cell.number_format = look
    return cell


def _widths(rows: Sequence[Sequence[Cell]]) -> list[int]:
    """How wide the columns must be for the first rows, in characters."""
    columns = max((len(row) for row in rows), default=0)
    return [
        min(max(len(_text(row[at], ".")) for row in rows if at < len(row)) + 3, WIDEST)
        for at in range(columns)
    ]


def _local(at: datetime) -> datetime:
    """The time on the wall; a spreadsheet knows no time zones."""
    return localtime(at).replace(tzinfo=None, microsecond=0)


def _decimals(amount: Money) -> int:
    return len(str(amount.currency.sub_unit)) - 1
