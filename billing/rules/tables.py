"""From the bytes of a file to rows of cells: CSV in any usual dress, or XLSX."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from billing.rules.cells import HIDDEN, text_of
from billing.rules.refusals import Unreadable, gettext_noop, shown
from billing.rules.workbooks import MAX_COLUMNS, workbook_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from billing.rules.cells import Cell

# A file is booked in one transaction, and others wait for its end.
MAX_ROWS = 50_000
DELIMITERS = ",;\t"
MARKS = {
    b"\xef\xbb\xbf": "utf-8",
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
}
XLSX_MARK = b"PK\x03\x04"
OLD_EXCEL_MARK = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Line:
    """A row with its number as the file counts it; the header is usually row 1."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The header and the rows below it that hold anything."""

    headers: tuple[str, ...]
    lines: tuple[Line, ...]

    def column(self, header: str) -> list[Cell]:
        """Every cell below the header; a row that is too short has an empty one."""
        at = self.headers.index(header)
        return [x.cells[at] if at < len(x.cells) else "" for x in self.lines]


def read_table(content: bytes) -> Table:
    """The table in a CSV or XLSX file; raises Unreadable when there is none."""
    if content.startswith(XLSX_MARK):
        return _table(workbook_rows(content), padded=True)
    if content.startswith(OLD_EXCEL_MARK):
        raise Unreadable(
            gettext_noop("This is an old Excel file (.xls): save it as .xlsx or CSV.")
        )
    return _table(csv_rows(decode(content)))


def decode(content: bytes) -> str:
    """The text of the file: UTF-8, UTF-16, or else Windows-1252 and Latin-1."""
    mark = next((m for m in MARKS if content.startswith(m)), b"")
    encoding = MARKS[mark] if mark else _wide_encoding(content)
    for name in [encoding, "cp1252", "latin-1"]:
        try:
            text = content[len(mark) :].decode(name)
            break
        except UnicodeDecodeError:
            continue
    head = text[:20_000]
    if len(HIDDEN.findall(head)) * 20 > len(head):
        raise Unreadable(
            gettext_noop("This is not a table: neither CSV nor an Excel file (.xlsx).")
        )
    return text


def _wide_encoding(content: bytes) -> str:
    """UTF-16 without its mark has a zero in most places of one parity."""
    head = content[:2000]
    half = max(len(head) // 2, 1)
    if head[1::2].count(0) * 10 > half * 7:
        return "utf-16-le"
    if head[0::2].count(0) * 10 > half * 7:
        return "utf-16-be"
    return "utf-8"


def csv_rows(text: str, usual: str = "") -> Iterator[tuple[int, list[str]]]:
    """The rows with their numbers; cut at `usual` unless the file names another."""
    named = text[:6].lower()
    if named.startswith("sep=") and len(named) > 4:
        delimiter = named[4]
    else:
        delimiter = usual or _delimiter(text[:60_000])
        named = ""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1
    try:
        for cells in reader:
            if not (named and start == 1):
                yield start, [cell.strip() for cell in cells]
            start = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(
            gettext_noop("Row %(row)s cannot be read: a quote is open or misplaced."),
            {"row": str(start)},
        ) from error


def _delimiter(head: str) -> str:
    """The separator that cuts most rows into as many cells as the header has."""

    def agreement(delimiter: str) -> tuple[bool, float, int]:
        rows = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
        try:
            widths = [len(row) for row in islice(rows, 50) if any(row)]
        except csv.Error:
            return (False, 0, 0)
        if not widths:
            return (False, 0, 0)
        first = widths[0]
        return (first > 1, widths.count(first) / len(widths), first)

    return max(DELIMITERS, key=agreement)


def _table(
    rows: Iterable[tuple[int, Sequence[Cell]]], *, padded: bool = False
) -> Table:
    """Rows under the first that holds anything; a workbook's end at its last cell."""
    filled = ((number, cells) for number, cells in rows if any(c != "" for c in cells))
    found = [Line(n, tuple(cells)) for n, cells in islice(filled, MAX_ROWS + 2)]
    if len(found) > MAX_ROWS + 1:
        raise Unreadable(
            gettext_noop("The file has more than %(rows)s rows: split it."),
            {"rows": str(MAX_ROWS)},
        )
    if not found:
        raise Unreadable(gettext_noop("The file is empty."))
    headers = _headers(found[0])
    if len(found) == 1:
        raise Unreadable(gettext_noop("The file has a header, but no rows below it."))
    width = len(headers)
    return Table(headers, tuple(_fitted(x, width, padded=padded) for x in found[1:]))


def _headers(line: Line) -> tuple[str, ...]:
    if len(line.cells) > MAX_COLUMNS:
        raise Unreadable(
            gettext_noop("The file has more than %(columns)s columns."),
            {"columns": str(MAX_COLUMNS)},
        )
    cells = list(line.cells)
    while cells[-1] == "":
        cells.pop()
    return tuple(shown(HIDDEN.sub("", text_of(c)).strip(), 80) for c in cells)


def _fitted(line: Line, width: int, *, padded: bool) -> Line:
    """The row without the empty cells that stand beyond the header."""
    cells = line.cells
    if padded and len(cells) < width:
        cells += ("",) * (width - len(cells))
    while len(cells) > width and cells[-1] == "":
        cells = cells[:-1]
    return Line(line.number, cells)
