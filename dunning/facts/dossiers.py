"""Reads the late invoices of a day with all that a dunning decision needs.

Tuples instead of model instances, and a constant number of queries, however many
invoices there are.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from billing import facts as ledger
from billing.models import Allocation, Invoice, exact_sum
from billing.rules.items import Settlement
from billing.rules.money import from_units, money, zero
from clients.models import Client
from dunning.facts.blocks import blocks_of, other_runs
from dunning.facts.policies import policies_of
from dunning.facts.undelivered import undelivered
from dunning.models import NoticeLine
from dunning.rules.dossier import Block, Dossier, OverdueItem, Reason

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from django.db.models import QuerySet
    from moneyed import Money

    from billing.facts import Account
    from dunning import models
    from dunning.models import Run
    from dunning.rules.dossier import Policy


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
    of_invoice, of_client = blocks_of(late, run_on)
    blocks = of_invoice + other_runs(ids, run) + _unreached(reminded)
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
        last = reminded.get(pk) or Reminded("", 0, None, due_on)
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

    letter: str
    level: int
    reminded_on: date | None
    deadline_on: date


def _reminded(ids: QuerySet[Any]) -> dict[int, Reminded]:
    """The last line not withdrawn of each invoice; later than the day, too.

    So a run dated before a reminder meets that reminder's deadline, and stops. Of a
    letter that arrived late the deadline counts from there.
    """
    rows = NoticeLine.objects.filter(withdrawn_at=None, invoice__in=ids)
    return {
        invoice: Reminded(letter, level, run_on, arrived or deadline_on)
        for invoice, level, run_on, deadline_on, letter, arrived in rows.order_by(
            "cycle", "level", "notice__arrivals__deadline_on"
        ).values_list(
            "invoice_id",
            "level",
            "run_on",
            "deadline_on",
            "notice__number",
            "notice__arrivals__deadline_on",
        )
    }


def _unreached(reminded: dict[int, Reminded]) -> list[tuple[int, Block]]:
    """Invoices whose last reminder has not reached the client: it does not count."""
    lost = undelivered()
    return [
        (invoice, Block(Reason.DEADLINE_RUNNING, {"undelivered": last.letter}))
        for invoice, last in reminded.items()
        if last.letter in lost
    ]


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
