"""Sums what was open on a day, by client, currency and age, in the database.

An invoice or a credit that is settled today and was not touched after the day had
nothing open on it: only the others are looked at. What those had open is computed
from their dated movements; figures kept for today answer for today alone.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    F,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Greatest, Round

from billing.models import Allocation, CounterEntry, Credit, Invoice, exact_sum
from billing.rules.ageing import BUCKETS, Ageing
from billing.rules.money import from_units

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from billing.facts import Account

Units = dict[str, int]
"""Thousandths in each bucket, and `unallocated`."""

NOTHING: Units = dict.fromkeys([*BUCKETS, "unallocated"], 0)


def aged_units(on: date, today: date | None = None) -> dict[Account, Units]:
    """Every client and currency with something open or left at the end of the day.

    As many queries for any ledger; one row comes back for each age. Where today is
    given, a day that is not before it is read from the figures kept for today,
    unless something is dated after it.
    """
    is_now = today is not None and on >= today and not moved_after(on)
    received = Credit.objects.filter(dated_on__lte=on)
    unpaid = Invoice.objects.filter(open__above_zero=True)
    unused = received.filter(unallocated__above_zero=True)
    found: dict[Account, Units] = defaultdict(NOTHING.copy)
    if is_now:
        add_invoices(found, unpaid, on, thousandths("open"))
        add_credits(found, unused, thousandths("unallocated"))
        return found
    for invoices in (unpaid, settled_since(on)):
        add_invoices(found, invoices, on, open_on(on))
    for credits_ in (unused, used_since(received, on)):
        add_credits(found, credits_, unallocated_on(on))
    return found


def moved_after(on: date) -> bool:
    """Whether something is dated after the day: then today's figures know too much."""
    return (
        Allocation.objects.filter(effective_on__gt=on).exists()
        or CounterEntry.objects.filter(dated_on__gt=on).exists()
    )


def add_invoices(
    found: dict[Account, Units], invoices: QuerySet[Invoice], on: date, left: Any
) -> None:
    """Add what the invoices had open to its buckets.

    Later ones count for nothing; by their date SQLite would look for them one by one.
    """
    issued = Q(issued_on__lte=on)
    rows = invoices.order_by().values_list("client_id", "currency", age_on(on))
    for client, code, age, units in rows.annotate(units=Sum(left, filter=issued)):
        if units:
            found[client, code][age] += units


def add_credits(
    found: dict[Account, Units], credits_: QuerySet[Credit], left: Any
) -> None:
    """Add what was left of the credits."""
    rows = credits_.order_by().values_list("client_id", "currency")
    for client, code, units in rows.annotate(units=Sum(left)):
        if units:
            found[client, code]["unallocated"] += units


def settled_since(on: date) -> QuerySet[Invoice]:
    """Those with nothing open today, of which something was settled after the day."""
    since = Allocation.objects.filter(effective_on__gt=on)
    return Invoice.objects.filter(
        ~Q(open__above_zero=True), pk__in=since.values("invoice_id")
    )


def used_since(received: QuerySet[Credit], on: date) -> QuerySet[Credit]:
    """Those with nothing left today, of which something was used after the day."""
    used = Allocation.objects.filter(effective_on__gt=on).values("credit_id")
    back = CounterEntry.objects.filter(dated_on__gt=on).values("credit_id")
    return received.filter(~Q(unallocated__above_zero=True), pk__in=used.union(back))


def open_on(on: date) -> Any:
    """What an invoice had open: its total less what settled it by then."""
    settled = Allocation.objects.filter(invoice=OuterRef("pk"), effective_on__lte=on)
    return Greatest(thousandths("total") - summed(settled, "invoice_id"), 0)


def unallocated_on(on: date) -> Any:
    """What was left of a credit: its amount less what was used or taken back."""
    used = Allocation.objects.filter(credit=OuterRef("pk"), effective_on__lte=on)
    back = CounterEntry.objects.filter(credit=OuterRef("pk"), dated_on__lte=on)
    left = thousandths("amount") - summed(used, "credit_id")
    return left - summed(back, "credit_id")


def thousandths(field: str) -> Cast:
    """An amount as a whole number, as in exact sums."""
    return Cast(Round(F(field) * 1000), BigIntegerField())


def summed(rows: QuerySet[Any], by: str) -> Coalesce:
    """The exact sum of the amounts of the rows that belong to one."""
    sums = rows.order_by().values(by).annotate(units=exact_sum("amount"))
    return Coalesce(Subquery(sums.values("units")), 0)


def age_on(on: date) -> Case:
    """The bucket that an invoice was in."""
    return Case(
        *[
            When(due_on__gte=days_before(on, last), then=Value(name))
            for name, (_first, last) in BUCKETS.items()
            if last is not None
        ],
        default=Value(list(BUCKETS)[-1]),
        output_field=CharField(),
    )


def days_before(on: date, count: int) -> date:
    """The day so many days before; the first that there is at the earliest."""
    return date.fromordinal(max(on.toordinal() - count, 1))


def ageing_of(code: str, units: Units) -> Ageing:
    """The sums as money."""
    return Ageing(
        code,
        {name: from_units(units[name], code) for name in BUCKETS},
        from_units(units["unallocated"], code),
    )
