"""From bytes to rows: every usual dress of CSV, XLSX, and what is no table at all."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest
from openpyxl import Workbook

from billing.rules.refusals import Unreadable
from billing.rules.tables import MAX_ROWS, read_table

# A workbook's instants have no time zone.
AFTERNOON = datetime(2013, 1, 2, 14, 30)  # noqa: DTZ001
ROWS = [["number", "name"], ["R-1", "Müller & Fils"], ["R-2", "Zoë"]]


def csv_text(delimiter=",", newline="\r\n"):
    return newline.join(delimiter.join(row) for row in ROWS) + newline


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
        (b"", "utf-16-le"),
        (b"", "utf-16-be"),
        (b"", "latin-1"),
        (b"", "cp1252"),
    ],
)
def test_every_usual_encoding_and_separator_is_read(delimiter, mark, encoding):
    table = read_table(mark + csv_text(delimiter).encode(encoding))
    assert table.headers == ("number", "name")
    assert [line.cells for line in table.lines] == [tuple(r) for r in ROWS[1:]]
    assert [line.number for line in table.lines] == [2, 3]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_line_end_is_read(newline):
    assert len(read_table(csv_text(newline=newline).encode()).lines) == 2


def test_rows_are_counted_as_the_file_counts_its_lines():
    text = 'number,note\n\n1,"two\nlines"\n\n2,"a ""quote"", and comma"\n'
    lines = read_table(text.encode()).lines
    assert [(x.number, x.cells) for x in lines] == [
        (3, ("1", "two\nlines")),
        (6, ("2", 'a "quote", and comma')),
    ]


def test_the_separator_excel_names_in_a_first_line_is_taken():
    table = read_table(b"sep=;\r\na;b,c\r\n1;2,3\r\n")
    assert table.headers == ("a", "b,c")
    assert table.lines[0].number == 3
    assert table.lines[0].cells == ("1", "2,3")


def test_a_decimal_comma_is_not_taken_for_the_separator():
    table = read_table(b"number;total\n1;1.234,50\n2;10,00\n")
    assert [line.cells[1] for line in table.lines] == ["1.234,50", "10,00"]


def workbook(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_workbook_keeps_dates_and_numbers_as_such():
    day = date(2013, 1, 2)
    content = workbook(
        ["number", "on", "at", "total", "long", "ok", "empty"],
        [611365, day, AFTERNOON, 55.94, 0.1 + 0.2],
        ["R-2", None, None, 100, None, True],
    )
    first, second = read_table(content).lines
    assert first.cells == (
        *(Decimal(611365), day, day, Decimal("55.94"), Decimal("0.3")),
        *("", ""),
    )
    assert second.cells == ("R-2", "", "", Decimal(100), "", "true", "")


def test_a_formula_that_was_never_calculated_is_not_taken_for_empty():
    content = workbook(["number", "paid_on"], ["R-1", "=TODAY()"])
    assert read_table(content).lines[0].cells[1] == "=TODAY()"


def archive(**parts):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as out:
        for name, text in parts.items():
            out.writestr(name, text)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b" \r\n\t\r\n", "empty"),
        (b"number,client\r\n", "no rows"),
        (bytes(range(256)) * 40, "not a table"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 50, "not a table"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old Excel"),
        (b"PK\x03\x04 not really", "damaged"),
        (archive(readme="nothing"), "damaged"),
        (archive(bomb="0" * 315_000_000), "too large"),
        (archive(sheet='<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>'), "XML"),
        (b'number,name\r\n1,"open\r\n2,b\r\n', "Row 2"),
        (b'number,name\r\n1,a\r\n2,"b"c\r\n', "Row 3"),
        (b"number,name\r\n1," + b"x" * 200_000 + b"\r\n", "Row 2"),
        (",".join(map(str, range(300))).encode() + b"\n1\n", "columns"),
        (b"number\n" + b"1\n" * (MAX_ROWS + 1), "rows"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_table_is_refused_with_a_sentence(content, words):
    with pytest.raises(Unreadable, match=words):
        read_table(content)
