"""Reads the ledger as of a date: open items, credits left, balances, movements.

"As of" takes every movement dated on or before the day. `known_now` caps open
amounts at what is open with everything known today, so that nobody is reminded of
what has been paid since (domain: "as of D, capped at what is known now").
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q

from billing.aged import aged_units, ageing_of
from billing.models import Allocation, CounterEntry, Credit, Invoice, exact_sum
from billing.rules.items import Movement, OpenItem, Settlement
from billing.rules.money import from_units, money

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from django.db.models import QuerySet
    from moneyed import Money

    from billing.rules.ageing import Ageing

Account = tuple[int, str]
"""A client (its id) in one currency."""


def open_items(on: date, clients: Collection[int] | None = None) -> list[OpenItem]:
    """Every invoice with something open at the end of the day, oldest due first."""
    later = Allocation.objects.filter(invoice=OuterRef("pk"), effective_on__gt=on)
    invoices = Invoice.objects.filter(issued_on__lte=on).filter(
        Q(open__above_zero=True) | Exists(later)
    )
    return items_as_of(_of_clients(invoices, clients), on)


def items_as_of(invoices: QuerySet[Invoice], on: date) -> list[OpenItem]:
    """What the given invoices had open on the day; those with nothing are left out."""
    return [item for item in listed_items(invoices, on) if item.open.amount > 0]


def listed_items(invoices: QuerySet[Invoice], on: date) -> list[OpenItem]:
    """The given invoices (a queryset) with what they had open, nothing included."""
    rows = list(
        invoices.order_by("due_on", "issued_on", "number").values_list(
            "id", "number", "client_id", "currency", "issued_on", "due_on", "total"
        )
    )
    settled: dict[int, int] = dict(
        Allocation.objects.filter(
            effective_on__lte=on, invoice__in=invoices.order_by().values("id")
        )
        .values_list("invoice_id")
        .annotate(units=exact_sum("amount"))
    )
    items = []
    for pk, number, client, currency, issued_on, due_on, total in rows:
        full = money(total, currency)
        left = full - from_units(settled.get(pk, 0), currency)
        items.append(
            OpenItem(pk, number, client, currency, issued_on, due_on, full, left)
        )
    return items


def settlements(invoices: Collection[int]) -> dict[int, list[Settlement]]:
    """Every dated allocation of the invoices, by invoice, for interest segments."""
    found: dict[int, list[Settlement]] = defaultdict(list)
    rows = Allocation.objects.filter(invoice__in=invoices).order_by(
        "effective_on", "pk"
    )
    for invoice, on, amount, currency in rows.values_list(
        "invoice_id", "effective_on", "amount", "currency"
    ):
        found[invoice].append(Settlement(on, money(amount, currency)))
    return found


def unallocated(
    on: date, clients: Collection[int] | None = None
) -> dict[Account, Money]:
    """Credits not put to an invoice at the end of the day, by client and currency."""
    received = _of_clients(Credit.objects.filter(dated_on__lte=on), clients)
    sums: dict[Account, int] = defaultdict(int)
    for client, currency, units in (
        received.order_by()
        .values_list("client_id", "currency")
        .annotate(units=exact_sum("amount"))
    ):
        sums[client, currency] += units
    used = [
        Allocation.objects.filter(effective_on__lte=on),
        CounterEntry.objects.filter(dated_on__lte=on),
    ]
    for rows in used:
        for client, currency, units in (
            _of_clients(rows, clients, "credit__client_id")
            .order_by()
            .values_list("credit__client_id", "currency")
            .annotate(units=exact_sum("amount"))
        ):
            sums[client, currency] -= units
    return {key: from_units(units, key[1]) for key, units in sums.items() if units}


def unallocated_now(
    on: date, clients: Collection[int] | None = None
) -> dict[Account, Money]:
    """Credits dated by the day of which something is left today."""
    left = Credit.objects.filter(dated_on__lte=on, unallocated__above_zero=True)
    return {
        (client, currency): from_units(units, currency)
        for client, currency, units in _of_clients(left, clients)
        .order_by()
        .values_list("client_id", "currency")
        .annotate(units=exact_sum("unallocated"))
    }


def balances(on: date, clients: Collection[int] | None = None) -> dict[Account, Money]:
    """What each client owes at the end of the day: the sum of its movements."""
    sums: dict[Account, int] = defaultdict(int)
    sources = [
        (Invoice.objects.filter(issued_on__lte=on), "client_id", "total", 1),
        (Credit.objects.filter(dated_on__lte=on), "client_id", "amount", -1),
        (
            CounterEntry.objects.filter(dated_on__lte=on),
            "credit__client_id",
            "amount",
            1,
        ),
    ]
    for rows, client_field, field, sign in sources:
        for client, currency, units in (
            _of_clients(rows, clients, client_field)
            .order_by()
            .values_list(client_field, "currency")
            .annotate(units=exact_sum(field))
        ):
            sums[client, currency] += sign * units
    return {key: from_units(units, key[1]) for key, units in sums.items()}


def movements(
    client: int, start: date, end: date, known: Mapping[str, int] | None = None
) -> list[Movement]:
    """Everything that changed what the client owes in the period, in order.

    Where it is given how far the ledger was `known` (the last key of each table),
    also what was booked since with a day before the period.
    """

    def within(day: str, table: str) -> Q:
        inside = Q(**{f"{day}__range": (start, end)})
        if known is None:
            return inside
        return inside | Q(**{f"{day}__lt": start, "pk__gt": known[table]})

    found = [
        Movement(on, "invoice", number, money(total, currency))
        for on, number, total, currency in Invoice.objects.filter(
            within("issued_on", "invoice"), client=client
        ).values_list("issued_on", "number", "total", "currency")
    ]
    found += [
        Movement(on, kind, number, -money(amount, currency), reference)
        for on, kind, number, amount, currency, reference in Credit.objects.filter(
            within("dated_on", "credit"), client=client
        ).values_list("dated_on", "kind", "number", "amount", "currency", "reference")
    ]
    found += [
        Movement(on, kind, number, money(amount, currency), reason, of)
        for on, kind, number, amount, currency, reason, of in (
            CounterEntry.objects.filter(
                within("dated_on", "counter"), credit__client=client
            ).values_list(
                "dated_on",
                "kind",
                "number",
                "amount",
                "currency",
                "reason",
                "credit__kind",
            )
        )
    ]
    return sorted(found, key=lambda movement: movement.order)


def aged_accounts(on: date) -> dict[Account, Ageing]:
    """The ageing of every client and currency with something open or left."""
    found = sorted(aged_units(on).items())
    return {account: ageing_of(account[1], units) for account, units in found}


def _of_clients(
    rows: QuerySet[Any], clients: Collection[int] | None, field: str = "client_id"
) -> QuerySet[Any]:
    return rows if clients is None else rows.filter(**{f"{field}__in": clients})
