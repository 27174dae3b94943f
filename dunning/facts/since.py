"""Reads what came in after a run on the invoices of its letters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from billing.models import Allocation, Credit, exact_sum
from billing.rules.money import from_units
from dunning.models import NoticeLine

if TYPE_CHECKING:
    from moneyed import Money

    from dunning.models import Run

SOON = timedelta(days=10)


@dataclass(frozen=True, slots=True)
class CameIn:
    """What was paid in one currency after a run: soon after it, and up to now."""

    soon: Money
    by_now: Money


def came_in(run: Run) -> list[CameIn]:
    """What was paid after the day of the run on invoices it still reminds of.

    A payment that was taken back counts no more. One query.
    """
    lines = NoticeLine.objects.filter(notice__run=run, withdrawn_at=None)
    paid = Allocation.objects.filter(
        invoice__in=lines.values("invoice"),
        credit__kind=Credit.Kind.PAYMENT,
        effective_on__gt=run.run_on,
    )
    soon = Q(effective_on__lte=run.run_on + SOON)
    rows = paid.order_by("currency").values_list("currency")
    return [
        CameIn(from_units(first, code), from_units(units, code))
        for code, units, first in rows.annotate(
            units=exact_sum("amount"), first=exact_sum("amount", soon)
        )
        if units
    ]
