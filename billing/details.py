"""Reads what stands behind a client's movements, as of a day.

What of each credit was put to which invoice or taken back, what was disputed, and how
far the ledger is known at all.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Q

from billing.models import (
    Allocation,
    CounterEntry,
    InvoiceMark,
    exact_sum,
)
from billing.rules.money import from_units, money

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from moneyed import Money

# "+ 0": a server would walk through all keys from the end for a client's last one.
LAST = """
SELECT
  (SELECT MAX(id + 0) FROM billing_invoice WHERE client_id = %s),
  (SELECT MAX(id + 0) FROM billing_credit WHERE client_id = %s),
  (SELECT MAX(entry.id + 0) FROM billing_counterentry entry
    JOIN billing_credit credit ON credit.id = entry.credit_id
    WHERE credit.client_id = %s)
"""


def last_entries(client: int) -> dict[str, int]:
    """The client's last row in each table: `invoice`, `credit` and `counter`.

    Its bookings hold the client, so they get their keys in the order in which they
    are there to be read: what is booked later is above. Read with one query, so that
    the three fit together.
    """
    with connection.cursor() as cursor:
        cursor.execute(LAST, [client] * 3)
        found = cursor.fetchone()
    return {
        name: last or 0
        for name, last in zip(("invoice", "credit", "counter"), found, strict=True)
    }


def allotted(named: Q, on: date) -> dict[str, list[tuple[str, Money]]]:
    """What of each credit (by number) had been put to which invoice by the day.

    `named` is a condition on `credit`: which ones are wanted.
    """
    found: dict[str, list[tuple[str, Money]]] = defaultdict(list)
    rows = (
        Allocation.objects.filter(named, effective_on__lte=on)
        .order_by("invoice__due_on", "invoice__number")
        .values_list("credit__number", "invoice__number", "currency")
        .annotate(units=exact_sum("amount"))
    )
    for credit, invoice, currency, units in rows:
        if units:
            found[credit].append((invoice, from_units(units, currency)))
    return found


def taken_back(named: Q, on: date) -> dict[str, Money]:
    """What of each credit (by number) had been refunded, reversed or used for fees.

    `named` is a condition on `credit`, as for `allotted`.
    """
    rows = (
        CounterEntry.objects.filter(named, dated_on__lte=on)
        .order_by()
        .values_list("credit__number", "currency")
        .annotate(units=exact_sum("amount"))
    )
    return {
        number: from_units(units, currency) for number, currency, units in rows if units
    }


def disputed(client: int, on: date) -> Mapping[int, Money | None]:
    """What a client disputed on the day, by invoice (id); nothing for the whole."""
    marks = InvoiceMark.objects.filter(
        Q(until=None) | Q(until__gte=on),
        Q(ended_on=None) | Q(ended_on__gt=on),
        invoice__client=client,
        kind=InvoiceMark.Kind.DISPUTED,
        since__lte=on,
    )
    return {
        invoice: None if part is None else money(part, currency)
        for invoice, part, currency in marks.order_by("pk").values_list(
            "invoice_id", "amount", "invoice__currency"
        )
    }
