"""One page of a table, sorted and counted as the address says."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django_tables2 import Table

PER_PAGE = 50


def show_table(request: HttpRequest, table: Table, per_page: int = PER_PAGE) -> Table:
    """Sort and page a table by the address; whatever stands there, there is a page.

    Columns that cannot be sorted are ignored, a page that is not there is the last.
    """
    table.request = request
    if wanted := request.GET.getlist(table.prefixed_order_by_field):
        table.order_by = wanted
    table.paginate(per_page=per_page)
    table.page = table.paginator.get_page(request.GET.get(table.prefixed_page_field))
    return table
