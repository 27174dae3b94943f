"""The list of invoices, the page of one, and disputes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import IntegrityError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from billing.actions.ledger import LedgerRefusal, record_invoice
from billing.disputes import dispute_of
from billing.drafts import begun_corrections, corrections, left_to_correct
from billing.entry_forms import InvoiceForm, ReasonForm
from billing.lists import currencies, settled_parts
from billing.models import Invoice
from billing.papers import sent_messages
from billing.states import status_of
from billing.tables import InvoiceFilter, InvoiceTable, totals_within
from clients.exporting import export_table
from clients.facts import recipient
from clients.models import Client, Purpose
from clients.paging import show_table

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase


@require_safe
@permission_required("billing.view_invoice", raise_exception=True)
def invoices(request: HttpRequest) -> HttpResponseBase:
    """Every invoice, narrowed, sorted and summed as the address says."""
    today = localdate()
    rows = Invoice.objects.with_marks().select_related("client")
    found = InvoiceFilter(request.GET, rows, currencies(), today=today)
    table = InvoiceTable(found.qs, today=today)
    if file := export_table(request, table, "invoices"):
        return file
    table = show_table(request, table)
    return render(
        request,
        "billing/invoices.html",
        {
            "table": table,
            "filter": found,
            "totals": totals_within(
                request.GET, found.qs, "total", "open", count=table.paginator.count
            ),
            "any": table.paginator.count or Invoice.objects.exists(),
        },
    )


@require_safe
@permission_required("billing.view_invoice", raise_exception=True)
def invoice(request: HttpRequest, pk: int) -> HttpResponse:
    """One invoice: what is open of it, what settled it, and its marks."""
    return show(request, pk, ReasonForm())


@permission_required("billing.import_receivables", raise_exception=True)
def invoice_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Record an invoice that was issued elsewhere."""
    client = get_object_or_404(Client, pk=pk)
    form = InvoiceForm(
        request.POST or None, today=localdate(), initial={"currency": client.currency}
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = record_invoice(
                client,
                given["number"],
                given["money"],
                issued_on=given["issued_on"],
                due_on=given["due_on"],
                person=request.user,
            )
        except LedgerRefusal as refusal:
            form.add_error(None, str(refusal))
        except IntegrityError:
            form.add_error("number", _("There is an invoice with this number already."))
        else:
            messages.success(request, _("The invoice is recorded."))
            return redirect("invoice", made.pk)
    return render(request, "billing/invoice_new.html", {"form": form, "client": client})


def show(request: HttpRequest, pk: int, form: ReasonForm) -> HttpResponse:
    """The page of an invoice, with the form to mark it."""
    rows = Invoice.objects.with_marks().select_related("client", "created_by", "bill")
    row = get_object_or_404(rows, pk=pk)
    today = localdate()
    marks = list(row.marks.select_related("person", "ended_by").order_by("-pk"))
    context = {
        "invoice": row,
        "status": status_of(row, today),
        "days_late": (today - row.due_on).days,
        "parts": settled_parts(row),
        "marks": marks,
        "dispute": dispute_of(row, today),
        "form": form,
        "recipient": recipient(row.client, Purpose.INVOICE),
        # So that copying twice by accident makes one draft.
        "key": uuid4(),
    }
    return render(request, "billing/invoice.html", context | billed(row))


def billed(row: Invoice) -> dict[str, Any]:
    """What the page shows of the bill and of its corrections."""
    return {
        "sent": list(sent_messages(row.bill)) if row.bill else [],
        "sisters": list(row.bill.invoices.order_by("instalment")) if row.bill else [],
        "notes": list(corrections(row).order_by("issued_on", "pk")),
        "begun": list(begun_corrections(row)),
        "left": left_to_correct(row),
    }
