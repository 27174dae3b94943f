"""Reads how late a client pays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Max, Q

from billing.models import Credit, Invoice

if TYPE_CHECKING:
    from clients.models import Client

# So many of the invoices paid last say how a client pays now.
LAST = 100


def average_days_late(client: Client) -> int | None:
    """Days from due date to full payment, on average; negative where it pays early.

    Nothing is said of a client that never paid an invoice.
    """
    paid = Q(allocations__credit__kind=Credit.Kind.PAYMENT)
    rows = (
        Invoice.objects.filter(client=client, open=0)
        .annotate(paid_on=Max("allocations__effective_on", filter=paid))
        .exclude(paid_on=None)
        .order_by("-due_on", "-pk")
        .values_list("paid_on", "due_on")[:LAST]
    )
    days = [(paid_on - due_on).days for paid_on, due_on in rows]
    return round(sum(days) / len(days)) if days else None
