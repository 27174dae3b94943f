"""Reads where the reminders of invoices stand: level, deadline, cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from dunning.facts.levels import current_cycles
from dunning.models import NoticeLine

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet


class Reminded(NamedTuple):
    """The last reminder of an invoice that counts, or the level set by hand.

    `letter` is empty where a person set the level: no letter said so.
    """

    letter: str
    level: int
    reminded_on: date | None
    deadline_on: date
    cycle: int


def reminded(ids: QuerySet[Any]) -> dict[int, Reminded]:
    """Where the reminders of invoices stand; those never reminded are left out.

    Later than the day of a run, too: so one dated before a reminder meets that
    reminder's deadline, and stops. Of a letter that arrived late the deadline counts
    from there. Two queries.
    """
    lines = NoticeLine.objects.filter(withdrawn_at=None, invoice__in=ids)
    rows = lines.order_by("cycle", "level", "notice__arrivals__deadline_on")
    found = {
        invoice: Reminded(letter, level, run_on, arrived or deadline_on, cycle)
        for invoice, level, run_on, deadline_on, letter, cycle, arrived in (
            rows.values_list(
                "invoice_id",
                "level",
                "run_on",
                "deadline_on",
                "notice__number",
                "cycle",
                "notice__arrivals__deadline_on",
            )
        )
    }
    for invoice, begun in current_cycles(ids).items():
        last = found.get(invoice)
        if last is None or last.cycle < begun.cycle:
            reminded_on = last.reminded_on if last else None
            found[invoice] = Reminded(
                "", begun.level, reminded_on, begun.deadline_on, begun.cycle
            )
    return found
