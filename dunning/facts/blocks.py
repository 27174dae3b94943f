"""Reads what stands against reminding an invoice, whatever its deadline."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from billing.models import InvoiceMark
from dunning.models import Hold, Run, RunLine
from dunning.rules.dossier import Block, Reason

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from billing.models import Invoice

MARKS = {
    InvoiceMark.Kind.DISPUTED: Reason.DISPUTED,
    InvoiceMark.Kind.UNCOLLECTIBLE: Reason.UNCOLLECTIBLE,
}


def blocks_of(
    invoices: QuerySet[Invoice], on: date
) -> tuple[list[tuple[int, Block]], dict[int, tuple[Block, ...]]]:
    """Marks and holds of invoices, and holds of their clients; with two queries."""
    of_invoice, of_client = _holds(invoices, on)
    return _marks(invoices.order_by().values("pk"), on) + of_invoice, of_client


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
    """Marks of the day, and those of today, whatever day they were set."""
    rows = InvoiceMark.objects.filter(
        Q(ended_on=None) | Q(since__lte=run_on, ended_on__gt=run_on), invoice__in=ids
    )
    return [
        (
            invoice,
            Block(MARKS[InvoiceMark.Kind(kind)], {"since": f"{since}", "why": why}),
        )
        for invoice, kind, since, why in rows.values_list(
            "invoice_id", "kind", "since", "reason"
        )
    ]


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
