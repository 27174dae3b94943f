"""Reads what fees, interest and lump sums are open, paid or given up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Exists, Max, OuterRef, Q

from billing.models import exact_sum
from billing.rules.money import from_units, money
from dunning.models import Charge, ChargeEvent, LevelChange, NoticeLine

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.db.models import QuerySet
    from moneyed import Money

    from billing.facts import Account

Kind, What = Charge.Kind, ChargeEvent.Kind
SETTLING = (What.PAID, What.WAIVED)
SETTLED = Q(kind__in=SETTLING) | Q(kind=What.RESTORED, takes_back__kind__in=SETTLING)

# What a later letter asks for again. Interest of an open invoice is not among it: the
# later letter names all of it anew; that of a paid one would be asked for nowhere.
ASKED_AGAIN = Q(kind__in=[Kind.FEE, Kind.LUMP_SUM]) | Q(
    kind=Kind.INTEREST, invoice__open=0
)


class PaidPart(NamedTuple):
    """What was paid of a charge and not released, and the letter that charged it."""

    charge: int
    letter: str
    kind: str
    amount: Money


def earlier_open(
    clients: Collection[int] | QuerySet[Any] | None = None,
) -> dict[Account, Money]:
    """What earlier letters charged and is still open, by client and currency.

    Fees, lump sums, and the interest of invoices that are paid.
    """
    rows = Charge.objects.filter(ASKED_AGAIN, open__gt=0)
    if clients is not None:
        rows = rows.filter(client__in=clients)
    sums = rows.order_by().values_list("client_id", "currency")
    return {
        (client, currency): from_units(units, currency)
        for client, currency, units in sums.annotate(units=exact_sum("open"))
    }


def interest_settled(invoices: Collection[int] | QuerySet[Any]) -> dict[int, Money]:
    """What was paid or waived of the interest of invoices.

    In all cycles: a person who sets the level back does not move the due date, from
    which interest runs.
    """
    sums = (
        ChargeEvent.objects.filter(
            SETTLED, charge__kind=Kind.INTEREST, charge__invoice__in=invoices
        )
        .order_by()
        .values_list("charge__invoice_id", "currency")
        .annotate(units=exact_sum("amount"))
    )
    return {
        invoice: from_units(units, currency)
        for invoice, currency, units in sums
        if units
    }


def lump_sums_charged(invoices: Collection[int] | QuerySet[Any]) -> set[int]:
    """Invoices whose lump sum was charged in their current cycle.

    Once a cycle, also when it was paid or waived since; one that was wholly
    withdrawn with its letter does not count.
    """
    withdrawn = exact_sum("events__amount", Q(events__kind=What.WITHDRAWN))
    rows = (
        Charge.objects.filter(kind=Kind.LUMP_SUM, invoice__in=invoices)
        .order_by()
        .values_list("pk", "invoice_id", "cycle", "amount", "currency")
        .annotate(units=withdrawn)
    )
    found = [
        (invoice, cycle)
        for _pk, invoice, cycle, amount, currency, units in rows
        if from_units(units, currency) < money(amount, currency)
    ]
    cycles = _cycles(invoices)
    return {invoice for invoice, cycle in found if cycle == cycles.get(invoice, 1)}


def paid_parts(charges: QuerySet[Charge]) -> list[PaidPart]:
    """What of some charges was paid and is kept; one query."""
    paid = exact_sum(
        "events__amount",
        Q(events__kind=What.PAID)
        | Q(events__kind=What.RESTORED, events__takes_back__kind=What.PAID),
    )
    rows = charges.annotate(units=paid).values_list(
        "pk", "notice__number", "kind", "currency", "units"
    )
    return [
        PaidPart(pk, letter, kind, from_units(units, currency))
        for pk, letter, kind, currency, units in rows
        if units
    ]


def withdrawn_of(charges: Iterable[int]) -> set[int]:
    """Those of the charges (by key) whose letter, or whose line of it, is withdrawn."""
    standing = NoticeLine.objects.filter(
        notice=OuterRef("notice"), invoice=OuterRef("invoice"), withdrawn_at=None
    )
    rows = Charge.objects.filter(pk__in=list(charges)).filter(
        Q(notice__withdrawal__isnull=False)
        | Q(invoice__isnull=False) & ~Exists(standing)
    )
    return set(rows.values_list("pk", flat=True))


def _cycles(invoices: Collection[int] | QuerySet[Any]) -> dict[int, int]:
    """The current cycle of those invoices that began more than one."""
    rows = LevelChange.objects.filter(invoice__in=invoices).order_by()
    return dict(rows.values_list("invoice_id").annotate(Max("cycle")))
