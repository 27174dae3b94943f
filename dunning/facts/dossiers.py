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
from clients.facts import reachable
from clients.models import Client, Purpose
from dunning.facts.blocks import blocks_of, disputed_parts, other_runs
from dunning.facts.charges import earlier_open, interest_settled, lump_sums_charged
from dunning.facts.policies import policies_of, policy_ids_of, terms_of
from dunning.facts.reminded import Reminded, reminded
from dunning.facts.undelivered import undelivered
from dunning.facts.versions import current_version_ids
from dunning.models import RunLine
from dunning.rules.dossier import Block, Dossier, OverdueItem, Reason, Terms

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from django.db.models import QuerySet
    from moneyed import Money

    from billing.facts import Account
    from dunning import models
    from dunning.models import Run
    from dunning.rules.dossier import Policy

AS_FOR_ALL = Terms()


def dossiers(
    run_on: date,
    *,
    policy: models.Policy | None = None,
    clients: Collection[int] | None = None,
    invoices: Collection[int] | QuerySet[Any] | None = None,
    run: Run | None = None,
    charging: bool = False,
) -> list[Dossier]:
    """Every client and currency with late invoices, as of the day.

    Open amounts are those of the day, but never more than is open today: nobody is
    reminded of what has been paid since. Lines of `run` itself are no obstacle.
    `charging`: what was paid when is read though no policy asks for interest.
    """
    late = Invoice.objects.filter(open__gt=0, due_on__lt=run_on)
    if clients is not None:
        late = late.filter(client__in=clients)
    if invoices is not None:
        late = late.filter(pk__in=invoices)
    owners = _owners(late)
    if not owners:
        return []
    policies, terms = policies_of(policy, owners), terms_of(owners)
    chosen = policy_ids_of(policy, owners)
    versions = current_version_ids(set(chosen.values()))
    left, earlier = _credits(run_on, owners), earlier_open(owners)
    with_address = reachable(owners, Purpose.REMINDER)
    charging = charging or _charging(policies.values(), terms.values())
    items = _items(late, run_on, run, charging=charging)
    return [
        Dossier(
            client,
            owners[client].number,
            owners[client].name,
            owners[client].language,
            currency,
            left.get((client, currency)) or zero(currency),
            policies.get(client),
            tuple(found),
            owners[client].country,
            owners[client].kind == Client.Kind.CONSUMER,
            client in with_address,
            terms.get(client, AS_FOR_ALL),
            earlier.get((client, currency)),
            versions.get(chosen.get(client, 0)),
        )
        for (client, currency), found in items.items()
    ]


class Owner(NamedTuple):
    """A client with late invoices."""

    number: str
    name: str
    language: str
    country: str
    kind: str


def _owners(late: QuerySet[Invoice]) -> dict[int, Owner]:
    rows = Client.objects.filter(pk__in=late.values("client")).order_by()
    return {pk: Owner(*row) for pk, *row in rows.values_list("pk", *Owner._fields)}


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


def _charging(policies: Iterable[Policy], terms: Iterable[Terms]) -> bool:
    """Whether anybody is asked for interest or a lump sum: else nothing is read."""
    return any(one.agreed_rate for one in terms) or any(
        level.interest_rate or level.legal_interest or level.lump_sum
        for policy in policies
        for level in policy.levels
    )


def _items(
    late: QuerySet[Invoice], run_on: date, run: Run | None, *, charging: bool
) -> dict[Account, list[OverdueItem]]:
    ids = late.order_by().values("pk")
    reopened = _opened_later(ids, run_on)
    stands = reminded(ids)
    of_invoice, of_client = blocks_of(late, run_on)
    against: dict[int, tuple[Block, ...]] = defaultdict(tuple)
    for invoice, block in of_invoice + other_runs(ids, run) + _unreached(stands):
        against[invoice] += (block,)
    disputed = disputed_parts(ids, run_on)
    paid = _settlements(ids) if charging else {}
    settled = interest_settled(ids) if charging else {}
    lump_sums = lump_sums_charged(ids) if charging else set()
    without_fee = _without_fee(run)
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
        last = stands.get(pk) or Reminded("", 0, None, due_on, 1)
        part = disputed.get(pk)
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
                last.cycle,
                min(part, left) if part else None,
                settled.get(pk),
                pk in lump_sums,
                without_fee.get(pk, ""),
            )
        )
    return found


def _unreached(stands: dict[int, Reminded]) -> list[tuple[int, Block]]:
    """Invoices whose last reminder has not reached the client: it does not count."""
    lost = undelivered()
    return [
        (invoice, Block(Reason.DEADLINE_RUNNING, {"undelivered": last.letter}))
        for invoice, last in stands.items()
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


def _settlements(ids: QuerySet[Any]) -> dict[int, tuple[Settlement, ...]]:
    """What was paid when."""
    rows = Allocation.objects.filter(invoice__in=ids).order_by("effective_on", "pk")
    found: dict[int, tuple[Settlement, ...]] = defaultdict(tuple)
    for invoice, on, amount, currency in rows.values_list(
        "invoice_id", "effective_on", "amount", "currency"
    ):
        found[invoice] += (Settlement(on, money(amount, currency)),)
    return found


def _without_fee(run: Run | None) -> dict[int, str]:
    """Invoices of a draft on whose letters a person wants no fee, and why."""
    if run is None:
        return {}
    rows = RunLine.objects.filter(run=run).exclude(no_fee="")
    return dict(rows.values_list("invoice_id", "no_fee"))
