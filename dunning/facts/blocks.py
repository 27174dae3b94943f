"""Reads what stands against reminding an invoice, whatever its deadline."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q
from django.utils.timezone import localdate

from billing.models import InvoiceMark
from billing.rules.money import money, plain
from dunning.facts.answers import pending_blocks
from dunning.facts.plans import plans_of
from dunning.models import Hold, Run, RunLine
from dunning.rules.dossier import Block, Reason

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from django.db.models import QuerySet
    from moneyed import Money

    from billing.models import Invoice

MARKS = {
    InvoiceMark.Kind.DISPUTED: Reason.DISPUTED,
    InvoiceMark.Kind.UNCOLLECTIBLE: Reason.UNCOLLECTIBLE,
}


def blocks_of(
    invoices: QuerySet[Invoice], on: date
) -> tuple[list[tuple[int, Block]], dict[int, tuple[Block, ...]]]:
    """Marks, plans, holds and answers of invoices, and holds of their clients.

    Seven queries at most. A dispute of a part is none of them, unless nothing else is
    open: see `disputed_parts`.
    """
    ids = invoices.order_by().values("pk")
    of_invoice, of_client = _holds(invoices, on)
    found = _marks(ids, on) + _plans(ids, on) + of_invoice + pending_blocks(ids)
    return found, of_client


def disputed_parts(
    invoices: Collection[int] | QuerySet[Any], on: date
) -> dict[int, Money]:
    """What clients dispute of invoices, never more than is open; with one query.

    Invoices that are disputed as a whole are not among them.
    """
    rows = standing_marks(on).filter(invoice__in=invoices, amount__isnull=False)
    return {
        invoice: min(money(part or 0, currency), money(left, currency))
        for invoice, part, left, currency in rows.values_list(
            "invoice_id", "amount", "invoice__open", "invoice__currency"
        )
    }


def standing_marks(on: date) -> QuerySet[InvoiceMark]:
    """Marks of the day, and those of today, whatever day they were set.

    One that ends by itself counts until its last day.
    """
    today = localdate()
    of_today = Q(until=None) | Q(until__gte=max(on, today))
    of_the_day = Q(since__lte=on) & (Q(until=None) | Q(until__gte=on))
    return InvoiceMark.objects.filter(
        Q(of_today, ended_on=None)
        | Q(of_the_day, Q(ended_on=None) | Q(ended_on__gt=on))
    )


def other_runs(ids: QuerySet[Any], run: Run | None) -> list[tuple[int, Block]]:
    """Invoices that are selected in a draft that is not `run`."""
    rows = RunLine.objects.filter(
        selected=True, run__state=Run.State.DRAFT, invoice__in=ids
    )
    if run is not None:
        rows = rows.exclude(run=run)
    return [
        (invoice, Block(Reason.IN_ANOTHER_RUN, {"run": other}))
        for invoice, other in rows.order_by("run_id").values_list(
            "invoice_id", "run_id"
        )
    ]


def _marks(ids: QuerySet[Any], run_on: date) -> list[tuple[int, Block]]:
    """Marks of whole invoices, and disputes of a part that leave nothing else."""
    rows = standing_marks(run_on).filter(
        Q(amount=None) | Q(amount__gte=F("invoice__open")), invoice__in=ids
    )
    found = []
    for invoice, kind, since, until, why in rows.values_list(
        "invoice_id", "kind", "since", "until", "reason"
    ):
        detail = {"since": f"{since}", "why": why}
        if until:
            detail["until"] = f"{until}"
        found.append((invoice, Block(MARKS[InvoiceMark.Kind(kind)], detail)))
    return found


def _plans(ids: QuerySet[Any], run_on: date) -> list[tuple[int, Block]]:
    """Payment plans that are kept; a broken one stands against nothing."""
    found = []
    for invoice, row in plans_of(ids, run_on):
        due = row.standing.next
        if row.standing.broken or due is None:
            continue
        detail = {
            "plan": row.plan.pk,
            "due": f"{due.part.due_on}",
            "amount": plain(due.left),
            "currency": row.plan.currency,
            "until": f"{row.standing.last_on}",
            "why": row.plan.reason,
        }
        found.append((invoice, Block(Reason.ON_HOLD, detail)))
    return found


def _holds(
    late: QuerySet[Invoice], run_on: date
) -> tuple[list[tuple[int, Block]], dict[int, tuple[Block, ...]]]:
    """Holds of the day, of invoices and of whole clients; the longest first."""
    rows = Hold.objects.filter(
        Q(until=None) | Q(until__gte=run_on),
        Q(released_on=None) | Q(released_on__gt=run_on),
        since__lte=run_on,
        client__in=late.order_by().values("client"),
    ).values_list("client_id", "invoice_id", "kind", "until", "reason")
    of_invoice: list[tuple[int, Block]] = []
    of_client: dict[int, tuple[Block, ...]] = defaultdict(tuple)
    for client, invoice, kind, until, why in sorted(rows, key=_longest_first):
        detail = {"until": until and f"{until}", "why": why}
        if kind == Hold.Kind.PROMISE:
            block = Block(Reason.PROMISED, detail)
        else:
            reason = Reason.ON_HOLD if invoice else Reason.CLIENT_BLOCKED
            block = Block(reason, detail)
        if invoice:
            of_invoice.append((invoice, block))
        else:
            of_client[client] += (block,)
    return of_invoice, of_client


def _longest_first(row: tuple[Any, ...]) -> tuple[bool, int]:
    until = row[3]
    return (until is not None, -until.toordinal() if until else 0)
