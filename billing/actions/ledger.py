"""Writes the ledger: invoices, credits, allocations, and what takes them back.

`Invoice.open` and `Credit.unallocated` change with them, always in the transaction
of the row that explains the change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from billing.actions.allocating import (
    WITHOUT_MONEY,
    allocate,
    check_day,
    release,
    take_out,
)
from billing.actions.charges import release_all_charges, release_charge
from billing.actions.holding import hold_client_of
from billing.actions.moving import (
    LedgerRefusal,
    booked_once,
    check_amount,
    check_left,
    keep,
)
from billing.actions.numbering import take_numbers
from billing.actions.recording import (
    SERIES,
    check_account,
    record_credit,
    record_invoice,
)
from billing.models import Allocation, CounterEntry, Credit, Invoice
from billing.rules.money import money, plain
from billing.rules.settling import discount_of, in_time, largest_difference
from clients.templatetags.format import day

if TYPE_CHECKING:
    from datetime import date

    from moneyed import Money

    from billing.models import BankAccount

__all__ = [
    "SERIES",
    "WITHOUT_MONEY",
    "LedgerRefusal",
    "allocate",
    "record_credit",
    "record_invoice",
    "refund",
    "release",
    "release_charge",
    "reverse_credit",
    "settle_discount",
    "write_off",
]


@transaction.atomic
def reverse_credit(
    credit: Credit, on: date, reason: str, person: Any = None
) -> CounterEntry:
    """Take a whole credit back on a day: a bounced payment, a wrong client.

    Its allocations are released that day, and what it paid of reminder fees and
    interest. Raises LedgerRefusal when it was reversed before or a part of it refunded.
    """
    hold_client_of(credit)
    credit = Credit.objects.select_for_update().get(pk=credit.pk)
    if credit.counter_entries.filter(kind__in=CounterEntry.TAKING_BACK).exists():
        raise LedgerRefusal(_("It has been reversed or refunded already."))
    check_day(credit, on)
    standing = credit.allocations.filter(releases=None, released_by=None)
    for pk in list(standing.order_by("pk").values_list("pk", flat=True)):
        # Read one by one: each changes what is left of the credit for the next.
        allocation = Allocation.objects.select_related("credit", "invoice").get(pk=pk)
        take_out(allocation, max(on, allocation.effective_on))
    credit.refresh_from_db()
    if back := release_all_charges({credit.pk: on}, person).get(credit.pk):
        left = money(credit.unallocated, credit.currency)
        keep(Credit, credit.pk, unallocated=(left, left + back))
        credit.unallocated = left + back
    amount = money(credit.amount, credit.currency)
    entry = CounterEntry(kind=CounterEntry.Kind.REVERSAL, dated_on=on, reason=reason)
    return _take_back(credit, amount, entry, person)


def refund(
    credit: Credit,
    amount: Money,
    on: date,
    reason: str = "",
    person: Any = None,
    *,
    account: BankAccount | None = None,
    key: str | None = None,
) -> CounterEntry:
    """Pay an unallocated part of a payment or credit note back to the client.

    With a key that is known already gives the refund that was booked with it.
    """
    entry = CounterEntry(
        kind=CounterEntry.Kind.REFUND,
        dated_on=on,
        reason=reason,
        account=account,
        key=key,
    )
    try:
        return _refund(credit, amount, entry, person)
    except (IntegrityError, LedgerRefusal):
        first = CounterEntry.objects.filter(key=key).first() if key else None
        if first is None:
            raise
        return first


def write_off(
    invoice: Invoice,
    amount: Money,
    on: date,
    reason: str,
    person: Any = None,
    *,
    cause: str = Credit.Cause.LOSS,
    key: str | None = None,
) -> Credit:
    """Give a part of an invoice up on a day: pass it to loss, or a small difference.

    A difference is small: raises LedgerRefusal above the limit of its currency.
    """
    limit = largest_difference(invoice.currency)
    if cause == Credit.Cause.DIFFERENCE and amount > limit:
        raise LedgerRefusal(
            _(
                "A payment difference is at most %(limit)s %(currency)s; "
                "pass more than that to loss."
            )
            % {"limit": plain(limit), "currency": invoice.currency}
        )
    given = Given(Credit.Kind.WRITE_OFF, amount, on, reason, cause, key)
    return booked_once(key, lambda: _give(invoice, given, person))


def settle_discount(
    invoice: Invoice,
    on: date,
    person: Any = None,
    reason: str = "",
    *,
    key: str | None = None,
) -> Credit:
    """Grant the discount that was offered on an invoice, once, in its days.

    Later it needs a reason. It is never more than what is open. Raises
    LedgerRefusal when none was offered, it was granted before, or it is too late.
    """

    def book() -> Credit:
        hold_client_of(invoice)
        row = Invoice.objects.select_for_update().get(pk=invoice.pk)
        _check_discount(row, on, reason)
        whole = discount_of(money(row.total, row.currency), row.discount_percent)
        amount = min(whole, money(row.open, row.currency))
        given = Given(Credit.Kind.DISCOUNT, amount, on, reason, "", key)
        return _give(row, given, person)

    return booked_once(key, book)


class Given(NamedTuple):
    """What is given up of an invoice without money."""

    kind: Credit.Kind
    amount: Money
    on: date
    reason: str
    cause: str
    key: str | None


def _give(invoice: Invoice, given: Given, person: Any) -> Credit:
    credit = record_credit(
        invoice.client,
        given.kind,
        given.amount,
        dated_on=given.on,
        reference=given.reason,
        cause=given.cause,
        key=given.key,
        person=person,
    )
    [part] = allocate(credit, {invoice.pk: given.amount})
    if part.effective_on != given.on:
        raise LedgerRefusal(
            _("The invoice can be settled so from %(day)s on, not earlier.")
            % {"day": day(part.effective_on)}
        )
    credit.refresh_from_db()
    return credit


def _check_discount(invoice: Invoice, on: date, reason: str) -> None:
    if not invoice.discount_percent:
        raise LedgerRefusal(_("No discount was offered on this invoice."))
    if not invoice.open:
        raise LedgerRefusal(_("The invoice is paid."))
    granted = Allocation.objects.filter(
        invoice=invoice, credit__kind=Credit.Kind.DISCOUNT, releases=None
    )
    if granted.filter(released_by=None).exists():
        raise LedgerRefusal(_("The discount has been granted already."))
    if not reason and not in_time(on, invoice.discount_until):
        raise LedgerRefusal(
            _("The discount ended on %(day)s: granting it later needs a reason.")
            % {"day": day(invoice.discount_until or invoice.issued_on)}
        )


@transaction.atomic
def _refund(
    credit: Credit, amount: Money, entry: CounterEntry, person: Any
) -> CounterEntry:
    check_amount(amount)
    check_account(entry.account, amount)
    hold_client_of(credit)
    credit = Credit.objects.select_for_update().get(pk=credit.pk)
    if credit.kind in WITHOUT_MONEY:
        raise LedgerRefusal(_("Nothing was received that could be paid back."))
    check_day(credit, entry.dated_on)
    return _take_back(credit, amount, entry, person)


def _take_back(
    credit: Credit, amount: Money, entry: CounterEntry, person: Any
) -> CounterEntry:
    left = money(credit.unallocated, credit.currency)
    check_left(credit.number, left, amount)
    keep(Credit, credit.pk, unallocated=(left, left - amount))
    entry.credit, entry.created_by = credit, person
    entry.amount, entry.currency = amount, credit.currency
    entry.number = take_numbers(SERIES[entry.kind], entry.dated_on.year)[0]
    entry.save(force_insert=True)
    return entry
