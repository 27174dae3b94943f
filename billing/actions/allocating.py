"""Puts credits to invoices and takes them off again, each on its own day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from billing.actions.holding import hold_client_of
from billing.actions.marked import end_settled
from billing.actions.moving import LedgerRefusal, check_amount, move
from billing.models import Allocation, CounterEntry, Credit, Invoice
from billing.rules.money import money
from clients.templatetags.format import day

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from moneyed import Money

# Nothing was received with these: they stand and fall with their one invoice.
WITHOUT_MONEY = (Credit.Kind.WRITE_OFF, Credit.Kind.DISCOUNT)


@transaction.atomic
def allocate(credit: Credit, amounts: Mapping[int, Money]) -> list[Allocation]:
    """Put parts of a credit to invoices (by id); all of them or none.

    Raises LedgerRefusal when the credit or an invoice has less left, or when
    client or currency differ. Effective on the later of the two dates, and not
    before the last release of either: until then the other allocation stood, and
    the invoice would count as settled twice.
    """
    hold_client_of(credit)
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
        check_amount(amount)
        if (invoice.client_id, invoice.currency) != (credit.client_id, credit.currency):
            raise LedgerRefusal(
                _("%(invoice)s is of another client or currency than %(credit)s.")
                % {"invoice": invoice.number, "credit": credit.number}
            )
        move(credit, invoice, amount)
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
    if made and credit.cause != Credit.Cause.LOSS:
        end_settled(invoices, max(part.effective_on for part in made))
    return made


@transaction.atomic
def release(allocation: Allocation, on: date) -> Allocation:
    """Take an allocation back on a day: its invoice is open again, its credit free.

    Raises LedgerRefusal for one that was taken back before, and for a write-off or
    discount: that is reversed as a whole, for it cannot go to another invoice.
    """
    hold_client_of(allocation.credit)
    allocation = (
        Allocation.objects.select_for_update(of=("self",))
        .select_related("credit", "invoice")
        .get(pk=allocation.pk)
    )
    if allocation.credit.kind in WITHOUT_MONEY:
        raise LedgerRefusal(
            _("%(kind)s %(number)s is reversed as a whole.")
            % {
                "kind": allocation.credit.get_kind_display(),
                "number": allocation.credit.number,
            }
        )
    return take_out(allocation, on)


def take_out(allocation: Allocation, on: date) -> Allocation:
    """Release an allocation that was read with its credit and invoice."""
    if allocation.releases_id:
        raise LedgerRefusal(_("This is a release already."))
    if Allocation.objects.filter(releases=allocation).exists():
        raise LedgerRefusal(_("This allocation has been released already."))
    if on < allocation.effective_on:
        raise LedgerRefusal(_("A release cannot lie before the allocation itself."))
    back = -money(allocation.amount, allocation.currency)
    move(allocation.credit, allocation.invoice, back)
    return Allocation.objects.create(
        credit=allocation.credit,
        invoice=allocation.invoice,
        amount=back,
        currency=allocation.currency,
        effective_on=on,
        releases=allocation,
    )


def check_day(credit: Credit, on: date) -> None:
    """Refuse to take back on a day when it was not there: before its last release."""
    first = max([credit.dated_on, *_released(Q(credit=credit), credit)])
    if on < first:
        raise LedgerRefusal(
            _("%(number)s can be taken back from %(day)s on, not earlier.")
            % {"number": credit.number, "day": day(first)}
        )


def _releases(credit: Credit, invoice: Invoice) -> list[date]:
    """The days on which something was taken back from the credit or the invoice."""
    return _released(Q(credit=credit) | Q(invoice=invoice), credit)


def _released(parts: Q, credit: Credit) -> list[date]:
    """Days on which parts were released, or fees and interest the credit had paid."""
    released = Allocation.objects.filter(parts, releases__isnull=False)
    charges = CounterEntry.objects.filter(credit=credit, releases__isnull=False)
    return [
        *released.values_list("effective_on", flat=True),
        *charges.values_list("dated_on", flat=True),
    ]
