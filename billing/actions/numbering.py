"""Takes gapless numbers in the transaction of the document that bears them."""

from __future__ import annotations

from django.db import connection
from django.db.models import F

from billing.models import NumberSeries


def take_numbers(series: str, year: int, count: int = 1) -> list[str]:
    """The next numbers of a series, such as R-2026-0001; none is ever skipped.

    The counter row is locked until the transaction ends, so a rolled-back
    document gives its number back. Raises RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("Numbers are taken in the transaction of their document.")
    NumberSeries.objects.bulk_create(
        [NumberSeries(name=series, year=year)], ignore_conflicts=True
    )
    row = NumberSeries.objects.filter(name=series, year=year)
    row.update(last=F("last") + count)
    last = row.values_list("last", flat=True).get()
    return [f"{series}-{year}-{n:04d}" for n in range(last - count + 1, last + 1)]
