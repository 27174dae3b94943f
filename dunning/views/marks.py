"""Marks an invoice as uncollectible ("Non payé"), and takes the mark away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from billing.actions.ledger import LedgerRefusal
from billing.actions.marks import end_mark, mark_invoice
from billing.models import InvoiceMark
from clients.returning import way_back
from dunning.forms import ReasonForm
from dunning.views.invoice import reminders, with_marks

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

UNCOLLECTIBLE = InvoiceMark.Kind.UNCOLLECTIBLE


@permission_required("billing.mark_invoice", raise_exception=True)
def invoice_uncollectible(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then mark (B15, B16, B17)."""
    invoice = with_marks(pk)
    back = way_back(request, reverse("invoice_reminders", args=[pk]))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            mark_invoice(invoice, UNCOLLECTIBLE, localdate(), reason, request.user)
        except LedgerRefusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The invoice is marked as uncollectible."))
        return redirect(back)
    context = {"form": form, "back": back, **reminders(invoice)}
    return render(request, "dunning/invoice_uncollectible.html", context)


@permission_required("billing.mark_invoice", raise_exception=True)
def invoice_uncollectible_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then take the mark away; both stay in the log."""
    invoice = with_marks(pk)
    mark = get_object_or_404(InvoiceMark, invoice=pk, kind=UNCOLLECTIBLE, ended_on=None)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            end_mark(mark, localdate(), form.cleaned_data["reason"], request.user)
        except LedgerRefusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The mark is taken away."))
        return redirect("invoice_reminders", pk)
    context = {"form": form, "mark": mark, **reminders(invoice)}
    return render(request, "dunning/invoice_uncollectible_end.html", context)
