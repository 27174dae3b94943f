"""Reads promises to pay, and which of them were kept.

With three queries, however many promises there are.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q
from django.utils.timezone import localdate

from billing.models import Allocation, Credit, Invoice
from billing.rules.items import Settlement
from billing.rules.money import money
from dunning.models import Hold
from dunning.rules.promises import Outcome, Owed, Promise, outcome, paid_by, tally

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from django.db.models import QuerySet
    from moneyed import Money


class PromiseRow(NamedTuple):
    """A promise, what became of it by a day, and what was paid for it in time."""

    hold: Hold
    outcome: Outcome
    paid: dict[str, Money]


class PromiseCount(NamedTuple):
    """How many promises of a client were kept, broken, or still run."""

    kept: int
    broken: int
    running: int


def promise_counts(
    clients: Collection[int] | None = None, on: date | None = None
) -> dict[int, PromiseCount]:
    """Kept, broken and running promises by client; of all clients without a list."""
    rows = Hold.objects.all()
    if clients is not None:
        rows = rows.filter(client__in=clients)
    outcomes: dict[int, list[Outcome]] = defaultdict(list)
    for row in promises(rows, on or localdate()):
        outcomes[row.hold.client_id].append(row.outcome)
    return {client: _count(found) for client, found in outcomes.items()}


def with_outcomes(
    holds: QuerySet[Hold], on: date
) -> list[tuple[Hold, PromiseRow | None]]:
    """Holds in their order, each promise among them with what became of it."""
    found = {row.hold.pk: row for row in promises(holds, on)}
    return [(hold, found.get(hold.pk)) for hold in holds]


def promises(holds: QuerySet[Hold], on: date) -> list[PromiseRow]:
    """Every promise among the holds with what became of it by the day."""
    rows = holds.filter(kind=Hold.Kind.PROMISE, until__isnull=False)
    found = list(rows.select_related("invoice", "person", "released_by").order_by("pk"))
    if not found:
        return []
    owed = _owed(rows)
    return [_row(hold, owed, on) for hold in found]


class _Debt(NamedTuple):
    due_on: date
    owed: Owed


class _Debts(NamedTuple):
    """Invoices that promises are about: by their own key, and by their client's."""

    of_invoice: dict[int, Owed]
    of_client: dict[int, list[_Debt]]

    def meant(self, hold: Hold) -> list[Owed]:
        """The invoice it names, or what was late of its client when it was given."""
        if hold.invoice_id:
            return [self.of_invoice[hold.invoice_id]]
        of_client = self.of_client[hold.client_id]
        return [debt.owed for debt in of_client if debt.due_on < hold.since]


def _row(hold: Hold, debts: _Debts, on: date) -> PromiseRow:
    promise = Promise(
        hold.since,
        hold.until or hold.since,
        debts.meant(hold),
        hold.promised,
        hold.released_on,
    )
    return PromiseRow(hold, outcome(promise, on), paid_by(promise, on))


def _owed(holds: QuerySet[Hold]) -> _Debts:
    """The invoices that promises are about, with what still pays them.

    No reversed part, and nothing that was given up.
    """
    whole = holds.filter(invoice=None)
    rows = Invoice.objects.filter(
        Q(pk__in=holds.filter(invoice__isnull=False).order_by().values("invoice"))
        | Q(client__in=whole.order_by().values("client"))
    ).order_by()
    parts: dict[int, list[Settlement]] = defaultdict(list)
    paid = Allocation.objects.filter(
        invoice__in=rows.values("pk"), releases=None, released_by=None
    ).exclude(credit__cause=Credit.Cause.LOSS)
    for invoice, on, amount, currency in paid.values_list(
        "invoice_id", "effective_on", "amount", "currency"
    ):
        parts[invoice].append(Settlement(on, money(amount, currency)))
    debts = _Debts({}, defaultdict(list))
    for pk, client, due_on, total, currency in rows.values_list(
        "pk", "client_id", "due_on", "total", "currency"
    ):
        owed = Owed(money(total, currency), parts.get(pk, ()))
        debts.of_invoice[pk] = owed
        debts.of_client[client].append(_Debt(due_on, owed))
    return debts


def _count(outcomes: Sequence[Outcome]) -> PromiseCount:
    counts = tally(outcomes)
    return PromiseCount(
        counts[Outcome.KEPT], counts[Outcome.BROKEN], counts[Outcome.RUNNING]
    )
