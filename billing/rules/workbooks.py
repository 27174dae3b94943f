"""Reads the first sheet of an Excel workbook (XLSX) from its bytes."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook

from billing.rules.refusals import Unreadable, gettext_noop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing.rules.cells import Cell

MAX_COLUMNS = 200
# A file of 20 MB can unpack to many gigabytes.
MAX_UNPACKED = 300 * 1024 * 1024


def workbook_rows(content: bytes) -> Iterator[tuple[int, list[Cell]]]:
    """Each row with its number: dates and numbers typed, formulas by their results.

    A formula that was never calculated stays as its own text, so that it is
    refused as unreadable instead of being taken for an empty cell.
    """
    try:
        _check_archive(content)
        results, formulas = _sheet(content, data_only=True), _sheet(content)
        for number, (row, written) in enumerate(
            zip(results.iter_rows(), formulas.iter_rows(), strict=True), start=1
        ):
            yield number, _cells(row, written)
    except Unreadable:
        raise
    except Exception as error:  # whatever a broken archive makes the library raise
        raise Unreadable(
            gettext_noop("This Excel file is damaged, protected or not an .xlsx file.")
        ) from error


def _check_archive(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED:
            raise Unreadable(gettext_noop("This Excel file is too large unpacked."))
        for part in archive.infolist():
            with archive.open(part) as stream:
                if b"<!DOCTYPE" in stream.read(2000):
                    raise Unreadable(
                        gettext_noop("This Excel file contains forbidden XML.")
                    )


def _sheet(content: bytes, *, data_only: bool = False) -> Any:
    book = load_workbook(
        io.BytesIO(content), read_only=True, data_only=data_only, keep_links=False
    )
    sheet: Any = book.worksheets[0]
    sheet.reset_dimensions()
    return sheet


def _cells(row: Any, written: Any) -> list[Cell]:
    cells = [_cell(c.value, w) for c, w in zip(row, written, strict=True)]
    while cells and cells[-1] == "":
        cells.pop()
    return cells


def _cell(value: Any, written: Any) -> Cell:
    found: Cell
    match value:
        case None:
            found = "" if written.value is None else _formula(written.value)
        case bool():
            found = str(value).lower()
        case int():
            found = Decimal(value)
        case float():  # fifteen digits, as Excel shows them
            found = Decimal(format(value, ".15g"))
        case datetime():
            found = value.date()
        case date():
            found = value
        case _:
            found = str(value).strip()
    return found


def _formula(written: Any) -> str:
    return f"={str(getattr(written, 'text', written)).strip().lstrip('=')}"
