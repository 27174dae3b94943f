"""Reads how clients pay: their invoices paid last, and what they promised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Max, Q

from billing.models import Credit, Invoice
from billing.models.invoice import settled
from dunning.facts.promises import promise_counts, promises
from dunning.models import Hold
from dunning.rules.effect import Paid, profile
from dunning.rules.promises import Outcome

if TYPE_CHECKING:
    from datetime import date

    from clients.models import Client
    from dunning.facts.effect import Scope
    from dunning.facts.promises import PromiseRow
    from dunning.rules.effect import Profile

# So many of the invoices paid last say how a client pays now.
LAST = 100


def payment_profile(client: Client, on: date | None = None) -> Profile:
    """How late, at which reminder, and what to do about it."""
    paid = Q(
        allocations__credit__kind=Credit.Kind.PAYMENT,
        allocations__releases=None,
        allocations__released_by=None,
    )
    rows = (
        Invoice.objects.filter(~settled(credit__cause="loss"), client=client, open=0)
        .annotate(paid_on=Max("allocations__effective_on", filter=paid))
        .exclude(paid_on=None)
        .order_by("-due_on", "-pk")
        .values_list("due_on", "paid_on", "level")[:LAST]
    )
    promised = promise_counts([client.pk], on).get(client.pk)
    kept, broken = (promised.kept, promised.broken) if promised else (0, 0)
    return profile([Paid(*row) for row in rows], kept, broken)


def promises_between(scope: Scope, today: date) -> list[PromiseRow]:
    """The promises to pay by a day of the period, and what became of each."""
    holds = Hold.objects.filter(until__range=(scope.first, scope.last))
    if scope.client:
        holds = holds.filter(client=scope.client)
    if scope.currency:
        holds = holds.filter(invoice__currency=scope.currency)
    return promises(holds.select_related("client"), today)


def broken_promises(first: date, today: date) -> list[PromiseRow]:
    """Promises to pay from a day on that were not kept, and are owed still."""
    owed = Q(invoice=None) | Q(invoice__open__gt=0)
    holds = Hold.objects.filter(owed, until__gte=first, until__lt=today)
    return [row for row in promises(holds, today) if row.outcome == Outcome.BROKEN]
