"""One page of a table, sorted and counted as the address says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django_tables2.rows import BoundRows

from clients.parts import is_plain

if TYPE_CHECKING:
    from django.db.models import QuerySet
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
    table.paginator = KeyPaginator(table.rows, per_page)
    table.page = table.paginator.get_page(request.GET.get(table.prefixed_page_field))
    return table


class KeyPaginator(Paginator):  # type: ignore[type-arg]
    """Finds the keys of a page first, then reads and joins those rows alone.

    Two quick queries take the place of one that joins every row before the page,
    and from the middle on it counts from the end.
    """

    def page(self, number: int | str) -> Page[Any]:
        """The page with this number; what is no table of plain rows as ever."""
        rows = self.object_list
        if not is_plain(rows.data.data):  # type: ignore[attr-defined]
            return super().page(number)
        valid = self.validate_number(number)
        first = (valid - 1) * self.per_page
        last = min(first + self.per_page, self.count)
        found = rows_between(rows.data.data, first, last, self.count)  # type: ignore[attr-defined]
        table = rows.table  # type: ignore[attr-defined]
        return Page(BoundRows(data=found, table=table), valid, self)


def rows_between(rows: QuerySet[Any], first: int, last: int, count: int) -> list[Any]:
    """The rows from one place to the next, of so many, in their order."""
    ordered = in_one_order(rows)
    keys = ordered.values_list("pk", flat=True)
    if first > count // 2:
        backwards = ordered.reverse().values_list("pk", flat=True)
        wanted = list(backwards[count - last : count - first])[::-1]
    else:
        wanted = list(keys[first:last])
    found = {row.pk: row for row in rows.order_by().filter(pk__in=wanted)}
    return [found[key] for key in wanted if key in found]


def in_one_order(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The same order with the key at its end: no row is on two pages, or on none."""
    order = rows.query.order_by or rows.model._meta.ordering  # noqa: SLF001
    if not order or not all(isinstance(name, str) for name in order):
        return rows if order else rows.order_by("pk")
    way = "-" if str(order[-1]).startswith("-") else ""
    return rows.order_by(*order, f"{way}pk")
