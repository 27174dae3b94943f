"""Writes the ledger: invoices, credits, allocations, and what takes them back.

The only place that changes `Invoice.open` and `Credit.unallocated`, always in the
transaction of the row that explains the change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from billing.actions.numbering import take_numbers
from billing.models import Allocation, CounterEntry, Credit, Invoice
from billing.rules.money import LARGEST, money, plain, round_money

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from moneyed import Money

    from clients.models import Client

SERIES = {
    Credit.Kind.PAYMENT: "P",
    Credit.Kind.CREDIT_NOTE: "CN",
    Credit.Kind.WRITE_OFF: "W",
    CounterEntry.Kind.REFUND: "RF",
    CounterEntry.Kind.REVERSAL: "RV",
}


class LedgerRefusal(Exception):
    """A booking that would break the ledger; its text says which rule and why."""


@transaction.atomic
def record_invoice(
    client: Client,
    number: str,
    total: Money,
    *,
    issued_on: date,
    due_on: date,
    person: Any = None,
) -> Invoice:
    """Book an issued invoice; raises LedgerRefusal for an amount that cannot be."""
    _check_amount(total)
    if due_on < issued_on:
        raise LedgerRefusal(_("The due date lies before the date of the invoice."))
    return Invoice.objects.create(
        client=client,
        number=number,
        total=total,
        open=total,
        issued_on=issued_on,
        due_on=due_on,
        deadline_on=due_on,
        created_by=person,
    )


@transaction.atomic
def record_credit(
    client: Client,
    kind: Credit.Kind,
    amount: Money,
    *,
    dated_on: date,
    reference: str = "",
    number: str = "",
    key: str | None = None,
    person: Any = None,
) -> Credit:
    """Book a payment, credit note or write-off of the client, not yet allocated.

    The same `key` is booked once: the second time raises IntegrityError.
    """
    _check_amount(amount)
    return Credit.objects.create(
        client=client,
        kind=kind,
        amount=amount,
        unallocated=amount,
        dated_on=dated_on,
        reference=reference,
        import_key=key,
        created_by=person,
        number=number or take_numbers(SERIES[kind], dated_on.year)[0],
    )


@transaction.atomic
def allocate(credit: Credit, amounts: Mapping[int, Money]) -> list[Allocation]:
    """Put parts of a credit to invoices (by id); all of them or none.

    Raises LedgerRefusal when the credit or an invoice has less left, or when
    client or currency differ. Effective on the later of the two dates, and not
    before the last release of either: until then the other allocation stood, and
    the invoice would count as settled twice.
    """
    credit = Credit.objects.select_for_update().get(pk=credit.pk)
    invoices = {
        invoice.pk: invoice
        for invoice in Invoice.objects.select_for_update()
        .filter(pk__in=amounts)
        .order_by("pk")
    }
    made = []
    for pk, amount in sorted(amounts.items()):
        invoice = invoices[pk]
        _check_amount(amount)
        if (invoice.client_id, invoice.currency) != (credit.client_id, credit.currency):
            raise LedgerRefusal(
                _("%(invoice)s is of another client or currency than %(credit)s.")
                % {"invoice": invoice.number, "credit": credit.number}
            )
        _move(credit, invoice, amount)
        made.append(
            Allocation.objects.create(
                credit=credit,
                invoice=invoice,
                amount=amount,
                currency=credit.currency,
                effective_on=max(
                    credit.dated_on, invoice.issued_on, *_releases(credit, invoice)
                ),
            )
        )
    return made


@transaction.atomic
def release(allocation: Allocation, on: date) -> Allocation:
    """Take an allocation back on a day: its invoice is open again, its credit free."""
    allocation = (
        Allocation.objects.select_for_update(of=("self",))
        .select_related("credit", "invoice")
        .get(pk=allocation.pk)
    )
    if Allocation.objects.filter(releases=allocation).exists():
        raise LedgerRefusal(_("This allocation has been released already."))
    if on < allocation.effective_on:
        raise LedgerRefusal(_("A release cannot lie before the allocation itself."))
    back = -money(allocation.amount, allocation.currency)
    _move(allocation.credit, allocation.invoice, back)
    return Allocation.objects.create(
        credit=allocation.credit,
        invoice=allocation.invoice,
        amount=back,
        currency=allocation.currency,
        effective_on=on,
        releases=allocation,
    )


@transaction.atomic
def reverse_credit(
    credit: Credit, on: date, reason: str, person: Any = None
) -> CounterEntry:
    """Take a whole credit back on a day: a bounced payment, a wrong client.

    Its allocations are released that day. Raises LedgerRefusal when it was
    reversed before or a part of it refunded.
    """
    credit = Credit.objects.select_for_update().get(pk=credit.pk)
    if credit.counter_entries.exists():
        raise LedgerRefusal(_("It has been reversed or refunded already."))
    if on < credit.dated_on:
        raise LedgerRefusal(_("A reversal cannot lie before the booking itself."))
    for allocation in credit.allocations.filter(releases=None, released_by=None):
        release(allocation, max(on, allocation.effective_on))
    credit.refresh_from_db()
    amount = money(credit.amount, credit.currency)
    return _take_back(credit, CounterEntry.Kind.REVERSAL, amount, on, reason, person)


@transaction.atomic
def refund(
    credit: Credit, amount: Money, on: date, reason: str = "", person: Any = None
) -> CounterEntry:
    """Pay an unallocated part of a credit back to the client."""
    _check_amount(amount)
    credit = Credit.objects.select_for_update().get(pk=credit.pk)
    if on < credit.dated_on:
        raise LedgerRefusal(_("A refund cannot lie before the credit itself."))
    return _take_back(credit, CounterEntry.Kind.REFUND, amount, on, reason, person)


@transaction.atomic
def write_off(
    invoice: Invoice, amount: Money, on: date, reason: str, person: Any = None
) -> Credit:
    """Give a part of an invoice up on a day ("pass to loss", a small difference)."""
    credit = record_credit(
        invoice.client,
        Credit.Kind.WRITE_OFF,
        amount,
        dated_on=on,
        reference=reason,
        person=person,
    )
    allocate(credit, {invoice.pk: amount})
    return credit


def _releases(credit: Credit, invoice: Invoice) -> list[date]:
    """The days on which something was taken back from the credit or the invoice."""
    released = Allocation.objects.filter(
        Q(credit=credit) | Q(invoice=invoice), releases__isnull=False
    )
    return list(released.values_list("effective_on", flat=True))


def _take_back(
    credit: Credit,
    kind: CounterEntry.Kind,
    amount: Money,
    on: date,
    reason: str,
    person: Any,
) -> CounterEntry:
    left = money(credit.unallocated, credit.currency)
    _check_left(credit.number, left, amount)
    _set(Credit, credit.pk, unallocated=(left, left - amount))
    return CounterEntry.objects.create(
        credit=credit,
        kind=kind,
        amount=amount,
        currency=credit.currency,
        dated_on=on,
        reason=reason,
        created_by=person,
        number=take_numbers(SERIES[kind], on.year)[0],
    )


def _move(credit: Credit, invoice: Invoice, amount: Money) -> None:
    """Move an amount from the credit to the invoice, refused if either has less."""
    left = money(credit.unallocated, credit.currency)
    opened = money(invoice.open, invoice.currency)
    if amount.amount > 0:
        _check_left(credit.number, left, amount)
        _check_left(invoice.number, opened, amount)
    _set(Credit, credit.pk, unallocated=(left, left - amount))
    _set(Invoice, invoice.pk, open=(opened, opened - amount))
    credit.unallocated = left - amount
    invoice.open = opened - amount


def _check_left(number: str, left: Money, amount: Money) -> None:
    if left < amount:
        raise LedgerRefusal(
            _("%(number)s has only %(left)s left, not %(amount)s.")
            % {"number": number, "left": plain(left), "amount": plain(amount)}
        )


def _set(model: type[Invoice | Credit], pk: int, **change: tuple[Money, Money]) -> None:
    """Write the new value where the old one still holds.

    Rows are locked, so only a booking past this module can come in between.
    """
    [(name, (old, new))] = change.items()
    if not model.objects.filter(pk=pk, **{name: old}).update(**{name: new}):
        raise LedgerRefusal(_("Somebody else booked at the same moment; try again."))


def _check_amount(amount: Money) -> None:
    if amount.amount <= 0:
        raise LedgerRefusal(_("An amount must be more than zero."))
    if round_money(amount) != amount:
        raise LedgerRefusal(
            _("%(currency)s has fewer decimals than %(amount)s.")
            % {"currency": amount.currency.code, "amount": amount.amount}
        )
    if amount.amount > LARGEST:
        raise LedgerRefusal(_("The amount is too large."))
