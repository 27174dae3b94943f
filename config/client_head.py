"""What stands above every tab of a client's file: figures, flags, what can be made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from billing.lists import accounts
from billing.models import Credit, Invoice, InvoiceMark
from billing.models.invoice import marked
from billing.punctuality import average_days_late
from billing.rules.money import money
from clients.facts import address_below_name
from dunning.facts.answers import waiting_answers
from dunning.facts.deciding import broken_plans
from dunning.models import Hold
from statements.facts import only_invoice, refusal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.db.models import QuerySet
    from moneyed import Money

    from billing.lists import Account
    from clients.models import Client


def head(row: Client, today: date) -> dict[str, Any]:
    """The figures of a client, its flags, and why it gets no statement."""
    holds = list(holds_on(row, today))
    disputed = Invoice.objects.filter(
        marked(InvoiceMark.Kind.DISPUTED), client=row, open__gt=0
    )
    refused = refusal(row)
    owed = accounts(today, [row.pk])
    return {
        "address": address_below_name(row),
        "accounts": owed,
        "days_late": average_days_late(row),
        "limit": money(row.credit_limit, row.currency)
        if row.credit_limit is not None
        else None,
        "over_limit": over_limit(row, owed),
        "blocks": [hold for hold in holds if hold.invoice_id is None],
        "paused": [hold for hold in holds if hold.invoice_id],
        "disputed": disputed.count(),
        "answers": waiting_answers().filter(client=row),
        "broken_plans": len(broken_plans(today, row.pk)),
        "refused": refused,
        "only_invoice": only_invoice(row) if refused else None,
        "credits_left": Credit.objects.filter(client=row, unallocated__gt=0).order_by(
            "dated_on"
        )[:5],
    }


def over_limit(row: Client, owed: Iterable[Account]) -> Money | None:
    """By how much the balance in the client's own currency exceeds its limit."""
    if row.credit_limit is None:
        return None
    for account in owed:
        if account.currency == row.currency:
            over = account.balance - money(row.credit_limit, row.currency)
            return over if over.amount > 0 else None
    return None


def holds_on(row: Client, today: date) -> QuerySet[Hold]:
    """The pauses and promises that hold today."""
    return (
        Hold.objects.filter(client=row, since__lte=today, released_on=None)
        .filter(Q(until=None) | Q(until__gte=today))
        .select_related("invoice", "person")
        .order_by("pk")
    )
