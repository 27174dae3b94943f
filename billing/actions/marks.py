"""Marks an invoice as disputed or "Non payé", and takes the mark away."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from billing.actions.ledger import LedgerRefusal
from billing.models import Invoice, InvoiceMark

if TYPE_CHECKING:
    from datetime import date

    from moneyed import Money


def mark_invoice(
    invoice: Invoice,
    kind: InvoiceMark.Kind,
    on: date,
    reason: str,
    person: Any = None,
    *,
    amount: Money | None = None,
    until: date | None = None,
) -> InvoiceMark:
    """Mark an open invoice; raises LedgerRefusal when it is paid or marked already.

    Marking changes no amount: the claim stays as it is (domain §7). With an amount
    only that part is disputed, and with a last day the mark ends by itself.
    """
    try:
        with transaction.atomic():
            current = Invoice.objects.select_for_update().get(pk=invoice.pk)
            if not current.open:
                raise LedgerRefusal(_("The invoice is paid."))
            if amount is not None and amount > current.open:
                raise LedgerRefusal(_("That is more than is open."))
            _end_expired(current, kind, on)
            return InvoiceMark.objects.create(
                invoice=current,
                kind=kind,
                since=on,
                until=until,
                amount=None if amount is None else amount.amount,
                reason=reason,
                person=person,
            )
    except IntegrityError as error:
        raise LedgerRefusal(_("The invoice is marked so already.")) from error


def _end_expired(invoice: Invoice, kind: InvoiceMark.Kind, on: date) -> None:
    """Close a mark whose last day has passed, so that there may be a new one."""
    expired = invoice.marks.filter(kind=kind, ended_on=None, until__lt=on)
    for pk, until in expired.values_list("pk", "until"):
        if until is not None:
            InvoiceMark.objects.filter(pk=pk, ended_on=None).update(
                ended_on=until + timedelta(days=1), end_reason=_("Its last day passed.")
            )


def end_mark(mark: InvoiceMark, on: date, reason: str, person: Any = None) -> None:
    """Take a mark away; raises LedgerRefusal when somebody was first."""
    ended = InvoiceMark.objects.filter(pk=mark.pk, ended_on=None).update(
        ended_on=on, ended_by=person, end_reason=reason
    )
    if not ended:
        raise LedgerRefusal(_("The mark has been taken away already."))
