"""Whole lists as files, where the address of a list says `?export=csv` or `xlsx`.

A list page calls one of the two functions before it pages, and answers with what
comes back, if anything does:

    if file := export_table(request, table, "invoices"):
        return file

The file has the filters and the order of the address and every row, not only those
of one page. Columns are those of the table, hidden ones (`visible=False`) included.
A column whose figures come from its `render` says what they are with django-tables2's
own `value_<name>`; otherwise amounts, dates and numbers leave as what they are, and
the rest as the words on the page.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from html import unescape
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponseRedirect, StreamingHttpResponse
from django.utils.html import strip_tags
from django.utils.safestring import SafeData
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django_tables2 import Column
from django_tables2.rows import BoundRow

from clients.parts import is_plain, keys_of, rows_by_keys
from clients.rules.sheets import MOST_ROWS, dialect
from clients.sheets import TooManyRows, csv_parts, plain_cell, write_xlsx

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase
    from django_tables2 import Table
    from django_tables2.columns import BoundColumn

    from clients.sheets import Cell

Reader = Callable[[BoundRow], "Cell"]
PERMISSION = "billing.export_data"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMS = {"csv", "xlsx"}


def export_table(
    request: HttpRequest, table: Table, name: str
) -> HttpResponseBase | None:
    """The whole table as the file that the address asks for; None if it does not.

    `name` is what the file is called, before the day. Raises PermissionDenied.
    """
    if not is_wanted(request):
        return None
    if wanted := request.GET.getlist(table.prefixed_order_by_field):
        table.order_by = wanted
    records, count = _records(table)
    columns = _columns(table)
    rows = (
        [read(row) for _head, read in columns]
        for row in (BoundRow(record, table=table) for record in records)
    )
    return export_rows(request, name, [head for head, _read in columns], rows, count)


def export_rows(
    request: HttpRequest,
    name: str,
    head: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    count: int = 0,
) -> HttpResponseBase | None:
    """The same for a list that is no table; rows are not asked for unless wanted.

    A `count` that is known saves writing a sheet that would become too long.
    """
    if not is_wanted(request):
        return None
    whole = chain([head], rows)
    title = f"{name}-{localdate():%Y-%m-%d}"
    if request.GET["export"] == "csv":
        return csv_answer(title, whole)
    if count >= MOST_ROWS:
        return _refused(request)
    # A file of the system, not memory; it goes with the answer.
    file = tempfile.TemporaryFile()  # noqa: SIM115
    try:
        write_xlsx(file, name, whole)
    except TooManyRows:
        return _refused(request)
    file.seek(0)
    return FileResponse(
        file, as_attachment=True, filename=f"{title}.xlsx", content_type=XLSX
    )


def _refused(request: HttpRequest) -> HttpResponseBase:
    """The list again, with the reason why there is no sheet of it."""
    messages.error(
        request,
        _("A sheet holds at most %(most)d rows: narrow the list, or take CSV.")
        % {"most": MOST_ROWS - 1},
    )
    left = request.GET.copy()
    left.pop("export")
    return HttpResponseRedirect(f"{request.path}?{left.urlencode()}")


def csv_answer(name: str, rows: Iterable[Sequence[Cell]]) -> StreamingHttpResponse:
    """A CSV file for spreadsheets of this country, sent as it is written."""
    return StreamingHttpResponse(
        csv_parts(rows, dialect(settings.COUNTRY)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def is_wanted(request: HttpRequest) -> bool:
    """Whether the address asks for a file. Raises PermissionDenied."""
    if request.GET.get("export") not in FORMS:
        return False
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    return True


def _records(table: Table) -> tuple[Iterable[Any], int]:
    """The rows in their order, read part by part, and how many there are."""
    rows = table.data.data
    if not is_plain(rows):
        found = list(table.data)
        return found, len(found)
    keys = keys_of(rows)
    return rows_by_keys(rows, keys), len(keys)


def _columns(table: Table) -> list[tuple[str, Reader]]:
    """The head and the reader of each column.

    Names of clients are followed by their numbers, which programs go by, and
    amounts by their currency, where the table does not show it.
    """
    found = []
    for column in table.columns.iterall():
        if not column.column.exclude_from_export:
            found.append((_words(column.header), _reader(column)))
        if column.name == "client":
            found.append((_("Client number"), _client_number))
    if "currency" not in table.columns.names() and hasattr(
        table.data.model, "currency"
    ):
        found.append((_("Currency"), lambda row: str(row.record.currency)))
    return found


def _client_number(row: BoundRow) -> Cell:
    client = getattr(row.record, "client", None)
    return client.number if client else None


def _reader(column: BoundColumn) -> Reader:
    """How a column's cell is read from a row."""
    own = type(column.column).value is not Column.value
    if own or hasattr(column._table, f"value_{column.name}"):  # noqa: SLF001
        return lambda row: plain_cell(row.get_cell_value(column.name))

    def read(row: BoundRow) -> Cell:
        figure = _figure(column, row.record)
        return _shown(row, column.name) if figure is None else figure

    return read


def _figure(column: BoundColumn, record: Any) -> Cell:
    """The amount, number or day behind a cell; None where it is words."""
    try:
        value = column.accessor.resolve(record)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    if value is None or isinstance(value, str):
        return None
    cell = plain_cell(value)
    return None if isinstance(cell, str) else cell


def _shown(row: BoundRow, name: str) -> Cell:
    """What the page shows, without its markup."""
    value = row.get_cell_value(name)
    return _words(value) if isinstance(value, SafeData) else plain_cell(value)


def _words(html: Any) -> str:
    return " ".join(unescape(strip_tags(str(html))).split())
