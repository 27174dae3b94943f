"""Marks an invoice as disputed or "Non payé", and takes the mark away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from billing.actions.ledger import LedgerRefusal
from billing.models import Invoice, InvoiceMark

if TYPE_CHECKING:
    from datetime import date


def mark_invoice(
    invoice: Invoice, kind: InvoiceMark.Kind, on: date, reason: str, person: Any = None
) -> InvoiceMark:
    """Mark an open invoice; raises LedgerRefusal when it is paid or marked already.

    Marking changes no amount: the claim stays as it is (domain §7).
    """
    try:
        with transaction.atomic():
            current = Invoice.objects.select_for_update().get(pk=invoice.pk)
            if not current.open:
                raise LedgerRefusal(_("The invoice is paid."))
            return InvoiceMark.objects.create(
                invoice=current, kind=kind, since=on, reason=reason, person=person
            )
    except IntegrityError as error:
        raise LedgerRefusal(_("The invoice is marked so already.")) from error


def end_mark(mark: InvoiceMark, on: date, reason: str, person: Any = None) -> None:
    """Take a mark away; raises LedgerRefusal when somebody was first."""
    ended = InvoiceMark.objects.filter(pk=mark.pk, ended_on=None).update(
        ended_on=on, ended_by=person, end_reason=reason
    )
    if not ended:
        raise LedgerRefusal(_("The mark has been taken away already."))
