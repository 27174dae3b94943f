"""Reads in which cycle of reminders invoices are, and where it began."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from dunning.models import LevelChange

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from django.db.models import QuerySet


class Cycle(NamedTuple):
    """A cycle that a person began: its number, and the level and deadline it has."""

    cycle: int
    level: int
    deadline_on: date


def current_cycles(invoices: Collection[int] | QuerySet[Any]) -> dict[int, Cycle]:
    """The current cycle of invoices whose level was set by hand, with one query.

    The others are in their first one, which begins at level 0 with the due date.
    """
    rows = LevelChange.objects.filter(invoice__in=invoices).order_by("cycle")
    return {
        invoice: Cycle(cycle, level, deadline_on)
        for invoice, cycle, level, deadline_on in rows.values_list(
            "invoice_id", "cycle", "level", "deadline_on"
        )
    }
