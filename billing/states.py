"""The state of invoices today: the badge of one, and the filter of a list.

Both say the same of every invoice; a test compares them on random ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.models import Invoice, InvoiceMark
from billing.models.invoice import marked, standing
from billing.rules.status import InvoiceStatus, invoice_status

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from billing.models.invoice import InvoiceQuerySet


class ListState(TextChoices):
    """What lists of invoices can be narrowed to; "open" holds all that is unpaid."""

    OPEN = "open", pgettext_lazy("invoice", "Open")
    OVERDUE = "overdue", _("Overdue")
    REMINDED = "reminded", _("Reminded, deadline running")
    PAID = "paid", _("Settled")
    DISPUTED = "disputed", _("Disputed")
    UNCOLLECTIBLE = "uncollectible", _("Uncollectible")


# The badges in words, for where there is no badge.
STATES = {
    InvoiceStatus.PAID: _("Paid"),
    InvoiceStatus.CREDITED: pgettext_lazy("invoice", "Credited"),
    InvoiceStatus.LOST: _("Passed to loss"),
    InvoiceStatus.UNCOLLECTIBLE: _("Uncollectible"),
    InvoiceStatus.OVERDUE: _("Overdue"),
    InvoiceStatus.REMINDED: _("Reminded"),
    InvoiceStatus.PARTLY_PAID: _("Partly paid"),
    InvoiceStatus.OPEN: pgettext_lazy("invoice", "Open"),
}


def status_of(invoice: Invoice, today: date) -> InvoiceStatus:
    """The badge of an invoice that was read with `with_marks`."""
    return invoice_status(
        total=invoice.total,
        open_=invoice.open,
        deadline_on=invoice.deadline_on,
        level=invoice.level,
        uncollectible=bool(getattr(invoice, "is_uncollectible")),  # noqa: B009
        today=today,
        without_money=_without_money(invoice),
    )


def _without_money(invoice: Invoice) -> InvoiceStatus | None:
    if getattr(invoice, "is_lost"):  # noqa: B009
        return InvoiceStatus.LOST
    if getattr(invoice, "is_credited") and not getattr(invoice, "is_paid"):  # noqa: B009
        return InvoiceStatus.CREDITED
    return None


def in_state(invoices: InvoiceQuerySet, state: str, today: date) -> InvoiceQuerySet:
    """The invoices of a list that are in the state today."""
    uncollectible = marked(InvoiceMark.Kind.UNCOLLECTIBLE)
    unpaid = invoices.filter(open__above_zero=True)
    if state == ListState.OVERDUE:
        return invoices.overdue(today)
    if state == ListState.REMINDED:
        return unpaid.filter(~uncollectible, level__gt=0, deadline_on__gte=today)
    if state == ListState.PAID:
        return invoices.filter(open=0)
    if state == ListState.DISPUTED:
        return unpaid.filter(pk__in=bearing(InvoiceMark.Kind.DISPUTED))
    if state == ListState.UNCOLLECTIBLE:
        return unpaid.filter(pk__in=bearing(InvoiceMark.Kind.UNCOLLECTIBLE))
    return unpaid


def bearing(kind: InvoiceMark.Kind) -> QuerySet[InvoiceMark, int]:
    """The keys of all invoices with a mark: few, and the quickest way to them."""
    marks = InvoiceMark.objects.filter(standing(localdate()), kind=kind)
    return marks.values_list("invoice_id", flat=True)
