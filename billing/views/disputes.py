"""Disputes of an invoice: the whole of it or a part, and their end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from billing.actions.ledger import LedgerRefusal
from billing.actions.marks import end_mark, mark_invoice
from billing.disputes import dispute_of
from billing.entry_forms import DisputeForm, ReasonForm
from billing.models import Invoice, InvoiceMark
from billing.views.invoices import show
from clients.returning import way_back

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

DISPUTED = InvoiceMark.Kind.DISPUTED


@permission_required("billing.mark_invoice", raise_exception=True)
def invoice_dispute(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask what is disputed and why, then mark: that is reminded no more."""
    row = get_object_or_404(Invoice.objects.select_related("client"), pk=pk)
    today, back = localdate(), way_back(request, reverse("invoice", args=[pk]))
    form = DisputeForm(request.POST or None, open_=row.open, today=today)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            mark_invoice(
                row,
                DISPUTED,
                today,
                given["reason"],
                request.user,
                amount=given["part"],
                until=given["until"],
            )
        except LedgerRefusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The invoice is marked as disputed."))
            return redirect(back)
    context = {
        "invoice": row,
        "form": form,
        "back": back,
        "dispute": dispute_of(row, today),
    }
    return render(request, "billing/invoice_dispute.html", context)


@require_POST
@permission_required("billing.mark_invoice", raise_exception=True)
def invoice_dispute_end(request: HttpRequest, pk: int) -> HttpResponse:
    """The dispute is settled: the invoice may be reminded again."""
    mark = get_object_or_404(InvoiceMark, invoice=pk, kind=DISPUTED, ended_on=None)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return show(request, pk, form)
    try:
        end_mark(mark, localdate(), form.cleaned_data["reason"], request.user)
        messages.success(request, _("The dispute is ended."))
    except LedgerRefusal as refusal:
        messages.error(request, str(refusal))
    return redirect(way_back(request, reverse("invoice", args=[pk])))
