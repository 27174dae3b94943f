"""What a person decides of one bank entry: once, whoever is first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.actions.holding import hold_client, hold_client_of
from billing.actions.ledger import (
    LedgerRefusal,
    reverse_credit,
    settle_discount,
    write_off,
)
from billing.actions.payments import Rest, receive_payment, settling_order
from billing.models import BankEntry, Credit, Invoice
from billing.rules.money import money, total, zero
from clients.rules.text import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from moneyed import Money

    from billing.models import Allocation
    from clients.models import Client

State = BankEntry.State


class DecidedBefore(LedgerRefusal):
    """Somebody was first; the entry is as that person left it."""


@transaction.atomic
def accept_entry(
    entry: BankEntry,
    client: Client,
    parts: Mapping[int, Money],
    rests: Mapping[int, Rest],
    *,
    today: date,
    kept: Money | None = None,
    person: Any = None,
) -> Credit:
    """Book money that came in as a payment of the client, put to invoices (by id).

    `rests` say what becomes of the rest of invoices that it pays short, `kept` is
    what banks kept back although the file does not say so. Raises
    DecidedBefore, or LedgerRefusal like `receive_payment`; the entry then waits as
    before.
    """
    if money(entry.amount, entry.currency).amount <= 0:
        raise LedgerRefusal(_("No money came in with this entry."))
    _check_day(entry, today)
    hold_client(client.pk)
    decide(entry, State.WAITING, State.BOOKED, person, client=client)
    more = kept or zero(entry.currency)
    sent = paid_for(entry, parts)
    credit = receive_payment(
        client,
        sent + more,
        parts,
        dated_on=entry.value_on,
        reference=words_of(entry),
        key=payment_key(entry.pk),
        account=entry.account,
        charges=sent - money(entry.amount, entry.currency) + more,
        person=person,
    )
    for part in settling_order(credit.allocations.filter(invoice__in=rests), rests):
        _settle_rest(entry, part, rests[part.invoice_id], person)
    BankEntry.objects.filter(pk=entry.pk).update(credit=credit)
    return credit


def _settle_rest(entry: BankEntry, part: Allocation, rest: Rest, person: Any) -> None:
    invoice, on = Invoice.objects.get(pk=part.invoice_id), part.effective_on
    key = f"{rests_key(entry)}{invoice.pk}"
    if rest == Rest.DISCOUNT:
        settle_discount(invoice, on, person, key=key)
        return
    left, cause = money(invoice.open, invoice.currency), Credit.Cause.DIFFERENCE
    write_off(invoice, left, on, part.credit.number, person, cause=cause, key=key)


@transaction.atomic
def accept_return(
    entry: BankEntry, credit: Credit, *, today: date, person: Any = None
) -> None:
    """Take back the payment that a bank took back, on the day it did.

    What it paid is open again, reminded as it was; a discount granted with it
    goes too. Raises DecidedBefore, or LedgerRefusal like `reverse_credit`.
    """
    if money(entry.amount, entry.currency).amount >= 0:
        raise LedgerRefusal(_("No money went out with this entry."))
    _check_day(entry, today)
    hold_client_of(credit)
    decide(
        entry,
        State.WAITING,
        State.RETURNED,
        person,
        client=Credit.objects.get(pk=credit.pk).client,
        returns=credit,
    )
    reason = one_line(_("Taken back by the bank: %s") % words_of(entry))[:300]
    for row in [credit, *rests_with(credit)]:
        reverse_credit(row, entry.value_on, reason, person)


def set_aside(entry: BankEntry, reason: str, person: Any = None) -> None:
    """Ignore an entry for a reason; raises DecidedBefore."""
    decide(entry, State.WAITING, State.IGNORED, person, note=reason[:300])


def take_up(entry: BankEntry, person: Any = None) -> None:
    """Let an ignored entry wait again; raises DecidedBefore."""
    decide(entry, State.IGNORED, State.WAITING, person, note="")


def decide(
    entry: BankEntry, before: State, after: State, person: Any, **change: Any
) -> None:
    """Move an entry on where it still is in the state; the second is told who was."""
    change |= {"state": after, "decided_at": timezone.now(), "decided_by": person}
    if not BankEntry.objects.filter(pk=entry.pk, state=before).update(**change):
        raise DecidedBefore(_("Somebody else has decided on this entry meanwhile."))


def rests_with(credit: Credit) -> list[Credit]:
    """What was settled of invoices together with a bank payment, and still stands."""
    entry = BankEntry.objects.filter(credit=credit).first()
    if entry is None:
        return []
    rows = Credit.objects.filter(
        import_key__startswith=rests_key(entry), counter_entries=None
    )
    return list(rows.order_by("pk"))


def paid(entry: BankEntry) -> Money:
    """What the payer paid: what came in, and what banks kept back of it."""
    return money(entry.amount, entry.currency) + money(entry.charges, entry.currency)


def paid_for(entry: BankEntry, parts: Mapping[int, Money]) -> Money:
    """What the payer paid; charges are the payer's own where what came in suffices."""
    came = money(entry.amount, entry.currency)
    return came if total(parts.values(), entry.currency) == came else paid(entry)


def payment_key(pk: int) -> str:
    """The key under which the payment of an entry is booked once."""
    return f"bank:{pk}"


def rests_key(entry: BankEntry) -> str:
    """How the keys of rests begin that were settled with an entry."""
    return f"bank-rest:{entry.file_id}:{entry.pk}:"


def words_of(entry: BankEntry) -> str:
    """What the payer wrote, as the reference of the payment."""
    words = [entry.reference, entry.text or entry.end_to_end]
    return one_line(" ".join(word for word in words if word))[:140]


def _check_day(entry: BankEntry, today: date) -> None:
    if entry.value_on > today:
        raise LedgerRefusal(_("The value date of this entry has not come yet."))
