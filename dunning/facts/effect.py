"""Reads what reminders led to: who paid after which letter, when, and how much.

A payment belongs to the last letter before it: one of the letter's own day was made
without it. Letters and lines that were withdrawn do not count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.models import Credit, exact_sum
from billing.rules.money import from_units
from dunning.models import NoticeLine

if TYPE_CHECKING:
    from moneyed import Money

    from dunning.models import Run


def money_since(run: Run) -> list[Money]:
    """What was paid on the invoices of an issued run since its day, by currency."""
    rows = (
        NoticeLine.objects.filter(
            notice__run=run,
            withdrawn_at=None,
            invoice__allocations__credit__kind=Credit.Kind.PAYMENT,
            invoice__allocations__effective_on__gt=run.run_on,
        )
        .order_by("currency")
        .values_list("currency")
        .annotate(units=exact_sum("invoice__allocations__amount"))
    )
    return [from_units(units, code) for code, units in rows if units]
