"""Reads what can be settled of a client's invoices today, and on which terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from billing.models import Allocation, BankAccount, Credit, Invoice
from billing.rules.items import OpenItem
from billing.rules.money import money
from billing.rules.settling import discount_of, in_time

if TYPE_CHECKING:
    from datetime import date

    from moneyed import Money


def open_now(client: int, currency: str = "") -> list[OpenItem]:
    """The client's invoices with something open, everything booked counted."""
    rows = Invoice.objects.filter(client=client, open__gt=0)
    if currency:
        rows = rows.filter(currency=currency)
    return [
        OpenItem(
            row.pk,
            row.number,
            row.client_id,
            row.currency,
            row.issued_on,
            row.due_on,
            money(row.total, row.currency),
            money(row.open, row.currency),
            row.reference,
        )
        for row in rows.order_by("due_on", "issued_on", "number")
    ]


def discounts(client: int, on: date) -> dict[int, Money]:
    """What is still offered to whoever pays on the day, by invoice (id)."""
    rows = Invoice.objects.filter(
        ~granted(), client=client, open__gt=0, discount_percent__gt=0
    )
    return {
        row.pk: discount_of(money(row.total, row.currency), row.discount_percent)
        for row in rows
        if in_time(on, row.discount_until)
    }


def granted() -> Exists:
    """Whether the discount of an invoice was granted, and not reversed since."""
    return Exists(
        Allocation.objects.filter(
            invoice=OuterRef("pk"),
            credit__kind=Credit.Kind.DISCOUNT,
            releases=None,
            released_by=None,
        )
    )


def usual_account(currency: str) -> BankAccount | None:
    """The account on which clients pay in a currency."""
    return BankAccount.objects.filter(currency=currency, on_invoices=True).first()
