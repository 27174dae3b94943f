"""Reads what can be paid online, and what of it is being paid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.timezone import localdate

from billing.models import (
    Checkout,
    CheckoutPart,
    Credit,
    Invoice,
    InvoiceMark,
    exact_sum,
)
from billing.models.invoice import standing
from billing.rules.checkouts import SENT
from billing.rules.money import from_units, money, total
from billing.rules.payable import Due, payable

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date
    from uuid import UUID

    from moneyed import Money


@dataclass(frozen=True, slots=True)
class Part:
    """What is paid on one invoice."""

    invoice: int
    number: str
    due_on: date
    amount: Money


def parts_of(client: int, ticked: Collection[int], currency: str) -> list[Part]:
    """What somebody pays who ticks some of the client's invoices in a currency.

    What is of others, in another currency or paid already falls out. A disputed part
    is not asked for; an invoice that is disputed as a whole is, once it is ticked.
    Credits are set off: whoever ticks all that is not disputed pays the balance. What
    was sent off and waits to be confirmed counts as if it had arrived.
    """
    rows = {
        pk: (number, due_on, money(left, currency))
        for pk, number, due_on, left in Invoice.objects.filter(
            client=client, currency=currency, open__gt=0
        )
        .order_by()
        .values_list("pk", "number", "due_on", "open")
    }
    left = {pk: row[2] for pk, row in rows.items()}
    sent = _sent(client, currency)
    disputed = _disputed(left, currency)
    items = [
        Due(pk, due_on, _asked(open_, disputed.get(pk)))
        for pk, (_number, due_on, open_) in rows.items()
        if pk not in sent
    ]
    kept_back = [
        part
        for pk, part in disputed.items()
        if pk not in sent and (pk not in ticked or part < left[pk])
    ]
    owed = total(left.values(), currency) - _unallocated(client, currency)
    cap = owed - total([*kept_back, *sent.values()], currency)
    return [
        Part(pk, rows[pk][0], rows[pk][1], amount)
        for pk, amount in payable(items, ticked, cap)
    ]


def net_due(client: int, currency: str) -> Money:
    """What is open of all its invoices, less its credits; it may be below zero."""
    rows = Invoice.objects.filter(client=client, currency=currency, open__gt=0)
    units = rows.aggregate(units=exact_sum("open"))["units"]
    return from_units(units, currency) - _unallocated(client, currency)


def checkout_of(document: int, token: str | UUID) -> Checkout | None:
    """The checkout of this name that was begun on the page of a document."""
    rows = Checkout.objects.filter(document=document, token=str(token))
    return rows.select_related("client").first()


def underway(invoices: Collection[int]) -> set[int]:
    """The invoices of which a payment was sent off and waits for its confirmation."""
    parts = CheckoutPart.objects.filter(
        invoice__in=invoices, standing=True, checkout__status=SENT
    )
    return set(parts.values_list("invoice_id", flat=True))


def _sent(client: int, currency: str) -> dict[int, Money]:
    """What was sent off for invoices of the client, by their ids."""
    parts = CheckoutPart.objects.filter(
        standing=True,
        checkout__status=SENT,
        checkout__client=client,
        checkout__currency=currency,
    )
    return {
        pk: money(amount, currency)
        for pk, amount in parts.values_list("invoice_id", "amount")
    }


def _asked(left: Money, disputed: Money | None) -> Money:
    """What is asked for: not the disputed part; all where all of it is disputed."""
    return left if disputed is None or disputed >= left else left - disputed


def _disputed(left: Mapping[int, Money], currency: str) -> dict[int, Money]:
    """What is disputed of invoices today, by their ids; never more than is open."""
    marks = InvoiceMark.objects.filter(
        standing(localdate()), kind=InvoiceMark.Kind.DISPUTED, invoice__in=left
    )
    return {
        pk: left[pk] if part is None else min(money(part, currency), left[pk])
        for pk, part in marks.values_list("invoice_id", "amount")
    }


def _unallocated(client: int, currency: str) -> Money:
    rows = Credit.objects.filter(client=client, currency=currency, unallocated__gt=0)
    units = rows.aggregate(units=exact_sum("unallocated"))["units"]
    return from_units(units, currency)
