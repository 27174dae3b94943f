"""Reads the late invoices of a day with all that a dunning decision needs.

Tuples instead of model instances, and a constant number of queries, however many
invoices there are.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Q

from billing import facts as ledger
from billing.models import Allocation, Invoice, InvoiceMark, exact_sum
from billing.rules.items import Settlement
from billing.rules.money import from_units, money, zero
from clients.models import Client
from dunning.facts.policies import policies_of
from dunning.models import Hold, NoticeLine, Run, RunLine
from dunning.rules.dossier import Block, Dossier, OverdueItem, Reason

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from django.db.models import QuerySet
    from moneyed import Money

    from billing.facts import Account
    from dunning import models
    from dunning.rules.dossier import Policy

MARKS = {
    InvoiceMark.Kind.DISPUTED: Reason.DISPUTED,
    InvoiceMark.Kind.UNCOLLECTIBLE: Reason.UNCOLLECTIBLE,
}


def dossiers(
    run_on: date,
    *,
    policy: models.Policy | None = None,
    clients: Collection[int] | None = None,
    invoices: Collection[int] | QuerySet[Any] | None = None,
    run: Run | None = None,
) -> list[Dossier]:
    """Every client and currency with late invoices, as of the day.

    Open amounts are those of the day, but never more than is open today: nobody is
    reminded of what has been paid since. Lines of `run` itself are no obstacle.
    """
    late = Invoice.objects.filter(open__gt=0, due_on__lt=run_on)
    if clients is not None:
        late = late.filter(client__in=clients)
    if invoices is not None:
        late = late.filter(pk__in=invoices)
    owners = _owners(late)
    policies = policies_of(policy, owners)
    left = _credits(run_on, owners)
    items = _items(late, run_on, run, policies.values())
    return [
        Dossier(
            client,
            *owners[client],
            currency,
            left.get((client, currency)) or zero(currency),
            policies.get(client),
            tuple(found),
        )
        for (client, currency), found in items.items()
    ]


def _owners(late: QuerySet[Invoice]) -> dict[int, tuple[str, str, str]]:
    """Number, name and language of the clients with late invoices."""
    rows = Client.objects.filter(pk__in=late.values("client")).order_by()
    return {
        pk: (number, name, language)
        for pk, number, name, language in rows.values_list(
            "pk", "number", "name", "language"
        )
    }


def _credits(run_on: date, clients: Collection[int]) -> dict[Account, Money]:
    """What is unallocated on the day, but no more than is left of it today."""
    today = {
        account: left
        for account, left in ledger.unallocated_now(run_on).items()
        if account[0] in clients
    }
    if not today:
        return {}
    then = ledger.unallocated(run_on, {client for client, _currency in today})
    return {
        account: min(left, then.get(account, zero(account[1])))
        for account, left in today.items()
    }


def _items(
    late: QuerySet[Invoice],
    run_on: date,
    run: Run | None,
    policies: Iterable[Policy],
) -> dict[Account, list[OverdueItem]]:
    ids = late.order_by().values("pk")
    reopened = _opened_later(ids, run_on)
    reminded = _reminded(ids)
    of_invoice, of_client = _holds(late, run_on)
    blocks = _marks(ids, run_on) + of_invoice + _other_runs(ids, run)
    against: dict[int, tuple[Block, ...]] = defaultdict(tuple)
    for invoice, block in blocks:
        against[invoice] += (block,)
    paid = _settlements(ids, policies)
    found: dict[Account, list[OverdueItem]] = defaultdict(list)
    for (
        pk,
        number,
        client,
        currency,
        issued_on,
        due_on,
        total,
        opened,
    ) in late.order_by().values_list(
        "pk",
        "number",
        "client_id",
        "currency",
        "issued_on",
        "due_on",
        "total",
        "open",
    ):
        left = money(opened, currency)
        if pk in reopened:
            left -= from_units(reopened[pk], currency)
        last = reminded.get(pk) or Reminded(0, None, due_on)
        found[client, currency].append(
            OverdueItem(
                pk,
                number,
                issued_on,
                due_on,
                money(total, currency),
                left,
                last.level,
                last.deadline_on,
                last.reminded_on,
                against.get(pk, ()) + of_client.get(client, ()),
                paid.get(pk, ()),
            )
        )
    return found


class Reminded(NamedTuple):
    """Where the reminders of an invoice stand."""

    level: int
    reminded_on: date | None
    deadline_on: date


def _reminded(ids: QuerySet[Any]) -> dict[int, Reminded]:
    """The last line not withdrawn of each invoice; later than the day, too.

    So a run dated before a reminder meets that reminder's deadline, and stops.
    """
    rows = NoticeLine.objects.filter(withdrawn_at=None, invoice__in=ids)
    return {
        invoice: Reminded(level, run_on, deadline_on)
        for invoice, level, run_on, deadline_on in rows.order_by(
            "cycle", "level"
        ).values_list("invoice_id", "level", "run_on", "deadline_on")
    }


def _opened_later(ids: QuerySet[Any], run_on: date) -> dict[int, int]:
    """What was opened again after the day, in thousandths, by invoice.

    Open on the day = open today + settled later; only where that is less, as after
    a payment that was reversed later, does the day count.
    """
    later = (
        Allocation.objects.filter(effective_on__gt=run_on, invoice__in=ids)
        .order_by()
        .values_list("invoice_id")
        .annotate(units=exact_sum("amount"))
    )
    return {invoice: -units for invoice, units in later if units < 0}


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


def _other_runs(ids: QuerySet[Any], run: Run | None) -> list[tuple[int, Block]]:
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


def _settlements(
    ids: QuerySet[Any], policies: Iterable[Policy]
) -> dict[int, tuple[Settlement, ...]]:
    """What was paid when, read only where some level asks for interest."""
    if not any(level.interest_rate for policy in policies for level in policy.levels):
        return {}
    rows = Allocation.objects.filter(invoice__in=ids).order_by("effective_on", "pk")
    found: dict[int, tuple[Settlement, ...]] = defaultdict(tuple)
    for invoice, on, amount, currency in rows.values_list(
        "invoice_id", "effective_on", "amount", "currency"
    ):
        found[invoice] += (Settlement(on, money(amount, currency)),)
    return found
