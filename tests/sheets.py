"""Reads files that pages answer with, as a spreadsheet would."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

from openpyxl import load_workbook


def csv_rows(answer, delimiter=";"):
    text = answer.getvalue().decode("utf-8")
    assert text.startswith("\ufeff")
    reader = csv.reader(
        StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter
    )
    return list(reader)


def xlsx_cells(answer):
    """Every cell, with its value, type and format."""
    book = load_workbook(BytesIO(answer.getvalue()))
    [sheet] = book.worksheets
    return list(sheet.iter_rows())


def xlsx_rows(answer):
    return [[cell.value for cell in row] for row in xlsx_cells(answer)]
