"""Books payments together with what they settle."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from billing.actions.holding import hold_client_of
from billing.actions.ledger import (
    LedgerRefusal,
    allocate,
    record_credit,
    settle_discount,
    write_off,
)
from billing.actions.moving import booked_once
from billing.models import Credit, Invoice
from billing.rules.money import money

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from moneyed import Money

    from billing.models import Allocation, BankAccount
    from clients.models import Client


class Rest(StrEnum):
    """What becomes of the rest of an invoice that was paid short."""

    DIFFERENCE = "difference"
    DISCOUNT = "discount"


@dataclass(frozen=True, slots=True)
class Received:
    """What a client paid: the bank kept `charges` of the amount back."""

    amount: Money
    dated_on: date
    reference: str = ""
    account: BankAccount | None = None
    charges: Money | None = None


def receive_payment(
    client: Client,
    amount: Money,
    parts: Mapping[int, Money],
    *,
    dated_on: date,
    reference: str,
    key: str,
    account: BankAccount | None = None,
    charges: Money | None = None,
    person: Any = None,
) -> Credit:
    """Book a payment and put its parts to invoices (by id), all of it or nothing.

    The same key is booked once: a second time gives back the payment of the first.
    Raises LedgerRefusal like `record_credit` and `allocate`.
    """
    received = Received(amount, dated_on, reference, account, charges)
    return receive_short(client, received, parts, {}, key=key, person=person)


def receive_short(
    client: Client,
    received: Received,
    parts: Mapping[int, Money],
    rests: Mapping[int, Rest],
    *,
    key: str,
    person: Any = None,
) -> Credit:
    """Like `receive_payment`; the rest of some invoices is settled on the same day."""

    def book() -> Credit:
        credit = record_credit(
            client,
            Credit.Kind.PAYMENT,
            received.amount,
            dated_on=received.dated_on,
            reference=received.reference,
            key=key,
            account=received.account,
            charges=received.charges,
            person=person,
        )
        made = [part for part in allocate(credit, parts) if part.invoice_id in rests]
        for part in settling_order(made, rests):
            _settle_rest(part, rests[part.invoice_id], person)
        return credit

    return booked_once(key, book)


def settling_order(
    parts: Iterable[Allocation], rests: Mapping[int, Rest]
) -> list[Allocation]:
    """The parts whose rests are settled, series of numbers by series and year."""
    return sorted(parts, key=lambda p: (rests[p.invoice_id], p.effective_on, p.pk))


def _settle_rest(part: Allocation, rest: Rest, person: Any) -> None:
    invoice, why = Invoice.objects.get(pk=part.invoice_id), part.credit.number
    if rest == Rest.DISCOUNT:
        settle_discount(invoice, part.effective_on, person)
        return
    open_ = money(invoice.open, invoice.currency)
    cause = Credit.Cause.DIFFERENCE
    write_off(invoice, open_, part.effective_on, why, person, cause=cause)


@transaction.atomic
def allocate_rest(credit: Credit, parts: Mapping[int, Money], left: Money) -> None:
    """Put parts of what is left of a credit to invoices.

    `left` is what the person saw; raises LedgerRefusal when it has changed since,
    so that a form sent twice is booked once.
    """
    hold_client_of(credit)
    now = Credit.objects.select_for_update().get(pk=credit.pk)
    if money(now.unallocated, now.currency) != left:
        raise LedgerRefusal(_("Something was booked meanwhile; look again."))
    allocate(now, parts)
