"""Takes gapless numbers in the transaction of the document that bears them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import F, Q

from billing.models import NumberSeries
from billing.numbers import too_early, written

if TYPE_CHECKING:
    from datetime import date


class NumberRefusal(Exception):
    """A number would lie after one of a later date; its text names both."""


def take_numbers(
    series: str, year: int, count: int = 1, on: date | None = None
) -> list[str]:
    """The next numbers of a series, such as R-2026-0001; none is ever skipped.

    The counter row is locked until the transaction ends, so a rolled-back
    document gives its number back. With the date of the document, numbers follow
    dates: raises NumberRefusal for a day before that of the last one. Raises
    RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("Numbers are taken in the transaction of their document.")
    NumberSeries.objects.bulk_create(
        [NumberSeries(name=series, year=year)], ignore_conflicts=True
    )
    row = NumberSeries.objects.filter(name=series, year=year)
    if on is None:
        row.update(last=F("last") + count)
    elif not row.filter(Q(last_on=None) | Q(last_on__lte=on)).update(
        last=F("last") + count, last_on=on
    ):
        raise NumberRefusal(too_early(series, on))
    last = row.values_list("last", flat=True).get()
    return [written(series, year, n) for n in range(last - count + 1, last + 1)]
