"""Looks for the client a bank entry is of, and for the payment it takes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from billing.models import BankEntry, CounterEntry, Credit, Invoice
from billing.rules.money import money
from clients.models import Client, search_key

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from moneyed import Money

SHOWN = 20


@dataclass(frozen=True, slots=True)
class FoundClient:
    """A client that was looked for, and the invoice it was found by."""

    client: Client
    invoice: Invoice | None = None


def find_clients(text: str, amount: Money | None, currency: str) -> list[FoundClient]:
    """Clients by name or number, or by the number or open amount of an invoice."""
    if not text:
        return []
    open_ = Invoice.objects.filter(open__gt=0, currency=currency)
    wanted = Q(number__icontains=text)
    if amount is not None:
        wanted |= Q(open=amount.amount)
    invoices = open_.filter(wanted).select_related("client").order_by("due_on", "pk")
    found = [FoundClient(row.client, row) for row in invoices[:SHOWN]]
    key = search_key(text)
    named = Client.objects.filter(
        Q(search__contains=key) | Q(number__icontains=text), merged_into=None
    )
    return found + [FoundClient(row) for row in named.order_by("name", "pk")[:SHOWN]]


def payments_like(entry: BankEntry, text: str = "") -> QuerySet[Credit]:
    """Payments of the amount that went out, which it may take back."""
    amount = -money(entry.amount, entry.currency).amount
    rows = Credit.objects.filter(
        Q(amount=amount) | Q(bank_entry__amount=amount),
        kind=Credit.Kind.PAYMENT,
        currency=entry.currency,
        dated_on__lte=entry.value_on,
    ).exclude(counter_entries__kind__in=CounterEntry.TAKING_BACK)
    if text:
        rows = rows.filter(
            Q(client__search__contains=search_key(text)) | Q(number__icontains=text)
        )
    return rows.select_related("client").order_by("-dated_on", "-pk")[:SHOWN]
