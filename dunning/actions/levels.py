"""Brings the levels and deadlines of invoices in line with their reminders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from billing.actions.holding import hold_clients
from billing.models import Invoice
from clients.bulk import batches
from dunning.models import Arrival, LevelChange, Notice, NoticeLine

if TYPE_CHECKING:
    from collections.abc import Collection


def hold_letters(notices: Collection[int]) -> list[int]:
    """Hold the clients of letters, then their invoices; gives the invoices' keys.

    Until the transaction ends nobody pays, reminds or merges them. SQLite has one
    writer anyway, and it is this transaction.
    """
    mine = Notice.objects.filter(pk__in=notices).order_by()
    # Whom one is merged into while this waits is held, too.
    while gone := hold_clients(mine.values_list("client_id", flat=True)):
        if not mine.filter(client__in=gone).exists():
            break
    rows = NoticeLine.objects.filter(notice__in=notices).order_by()
    ids = sorted(set(rows.values_list("invoice_id", flat=True)))
    if connection.features.has_select_for_update:
        for some in batches(ids):
            held = Invoice.objects.filter(pk__in=some).order_by("pk")
            list(held.select_for_update(of=("self",)).values_list("pk"))
    return ids


def bring_in_line(invoices: Collection[int]) -> None:
    """Give invoices the level and deadline of their last reminder that counts.

    Of the current cycle: where a person set the level, what was set stands until a
    reminder that follows. Those without any are at level 0, with their due date. A
    letter that arrived late has the deadline that counts from there.
    """
    arrival = Arrival.objects.filter(notice=OuterRef("notice")).order_by("-deadline_on")
    began = LevelChange.objects.filter(invoice=OuterRef("invoice")).order_by("-cycle")
    last = (
        NoticeLine.objects.filter(
            invoice=OuterRef("pk"),
            withdrawn_at=None,
            cycle__gte=Coalesce(Subquery(began.values("cycle")[:1]), 1),
        )
        .annotate(
            until=Coalesce(
                Subquery(arrival.values("deadline_on")[:1]), F("deadline_on")
            )
        )
        .order_by("-cycle", "-level")
    )
    base = LevelChange.objects.filter(invoice=OuterRef("pk")).order_by("-cycle")
    for some in batches(invoices):
        Invoice.objects.filter(pk__in=some).update(
            level=Coalesce(
                Subquery(last.values("level")[:1]),
                Subquery(base.values("level")[:1]),
                0,
            ),
            deadline_on=Coalesce(
                Subquery(last.values("until")[:1]),
                Subquery(base.values("deadline_on")[:1]),
                F("due_on"),
            ),
        )
