"""Files for spreadsheets: types kept, nothing run, nothing lost."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from clients.rules.sheets import FORMULA, PLAIN, dialect, printable, safe_cell
from clients.sheets import csv_parts, write_csv, write_xlsx
from tests import make

ROW = [
    'Müller; "Söhne"\nAG',
    make.money("-1234.50 CHF"),
    make.money("1500 JPY"),
    make.money("0.125 KWD"),
    date(2026, 3, 1),
    datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
    Decimal("-7.70"),
    12,
    None,
]


def in_csv(rows, form=PLAIN):
    text = "".join(csv_parts(rows, form))
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline=""), delimiter=form.delimiter))


def in_xlsx(rows):
    file = io.BytesIO()
    write_xlsx(file, "invoices", rows)
    [sheet] = load_workbook(file).worksheets
    return list(sheet.iter_rows())


@pytest.mark.parametrize(
    ("country", "figures"),
    [
        ("CH", ["-1234.50", "1500", "0.125", "-7.70"]),
        ("DE", ["-1234,50", "1500", "0,125", "-7,70"]),
        ("FR", ["-1234,50", "1500", "0,125", "-7,70"]),
        ("GB", ["-1234.50", "1500", "0.125", "-7.70"]),
    ],
)
def test_csv_is_what_the_spreadsheets_of_the_country_open(country, figures):
    form = dialect(country)
    [row] = in_csv([ROW], form)
    assert form.delimiter == ("," if country == "GB" else ";")
    assert [*row[1:4], row[6]] == figures
    assert row[0] == ROW[0]
    assert row[4:6] == ["2026-03-01", "2026-03-01 10:30"]
    assert row[7:] == ["12", ""]


def test_csv_for_programs_is_the_same_everywhere():
    file = io.StringIO(newline="")
    write_csv(file, [ROW[:2]])
    assert file.getvalue() == '"Müller; ""Söhne""\nAG",-1234.50\r\n'


def test_xlsx_keeps_numbers_dates_and_texts_as_such():
    _head, row = in_xlsx([["a"] * len(ROW), ROW])
    assert [cell.value for cell in row] == [
        ROW[0],
        -1234.5,
        1500,
        0.125,
        datetime(2026, 3, 1),  # noqa: DTZ001
        datetime(2026, 3, 1, 10, 30),  # noqa: DTZ001
        -7.7,
        12,
        None,
    ]
    assert [cell.number_format for cell in row[1:5]] == [
        "#,##0.00",
        "#,##0",
        "#,##0.000",
        "mm-dd-yy",
    ]
    assert "".join(cell.data_type for cell in row[:8]) == "snnnddnn"


def test_the_largest_amount_loses_no_cent():
    most = make.money("999999999999.99 CHF")
    [[text]] = in_csv([[most]])
    figure = in_xlsx([[""], [most]])[1][0].value
    assert text == "999999999999.99"
    assert Decimal(repr(figure)) == Decimal("999999999999.99")


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+A1", "-A1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "=cmd|'/c'!A0"],
)
def test_text_is_never_a_formula(text):
    assert in_csv([[text]]) == [[f"'{text}"]]
    cell = in_xlsx([["head"], [text]])[1][0]
    assert cell.data_type == "s"
    assert cell.quotePrefix
    # XML knows one kind of line end.
    assert cell.value == text.replace("\r", "\n") or cell.value == text


@pytest.mark.parametrize("text", ["#N/A", "#REF!", "TRUE", "1e5", "2026-03-01"])
def test_text_that_looks_like_something_stays_text(text):
    cell = in_xlsx([["head"], [text]])[1][0]
    assert (cell.data_type, cell.value) == ("s", text)
    assert not cell.quotePrefix


@pytest.mark.parametrize("text", ["-12.50", "+41 79 123 45 67", "-1’000"])
def test_figures_in_texts_stay_figures(text):
    assert safe_cell(text) == text


def test_characters_that_a_workbook_refuses_are_left_out():
    bad = "a\x00b\x0bc\ud800d\ufffee\x1f"
    assert printable(bad) == "abcde"
    assert in_xlsx([["head"], [bad]])[1][0].value == "abcde"


@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8"), max_size=9), min_size=2, max_size=2
        ),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from([PLAIN, dialect("CH"), dialect("DE")]),
)
def test_any_text_comes_back_and_none_begins_as_a_formula(rows, form):
    back = in_csv(rows, form)
    assert back == [[safe_cell(text) for text in row] for row in rows]
    for row in back:
        assert not any(t.startswith(FORMULA) and safe_cell(t) != t for t in row)


def test_many_rows_come_in_parts():
    rows = ([n] for n in range(1201))
    parts = list(csv_parts(rows, PLAIN))
    assert len(parts) == 4
    assert len("".join(parts).splitlines()) == 1201


def test_an_empty_list_is_a_head():
    assert in_csv([["Number"]]) == [["Number"]]
    assert [[cell.value for cell in row] for row in in_xlsx([["Number"]])] == [
        ["Number"]
    ]
