"""The list of drafts, and the page on which one is written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from billing.actions.drafts import (
    DraftRefusal,
    copy_bill,
    correction,
    discard_draft,
    new_draft,
    save_draft,
)
from billing.actions.ledger import LedgerRefusal
from billing.billing_settings import default_code, rates_by_code, vat_rates
from billing.draft_entry import DraftEntry, rearranged
from billing.draft_tables import DraftFilter, DraftTable
from billing.drafts import open_drafts
from billing.entry_forms import key_of
from billing.models import Bill, BillKind, Draft, Invoice
from clients.exporting import export_table
from clients.models import Client
from clients.paging import show_table

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

PAGES = {"pdf": "draft_pdf", "issue": "draft_issue"}


@require_safe
@permission_required("billing.view_invoice", raise_exception=True)
def drafts(request: HttpRequest) -> HttpResponseBase:
    """Every draft that somebody works on, the one changed last first."""
    rows = whole(open_drafts().select_related("client", "created_by"))
    found = DraftFilter(request.GET, rows, [])
    writes = request.user.has_perm("billing.issue_invoice")
    table = DraftTable(found.qs, rates=rates_by_code(), writes=writes)
    if file := export_table(request, table, "drafts"):
        return file
    table = show_table(request, table)
    context = {
        "table": table,
        "filter": found,
        "any": table.paginator.count or open_drafts().exists(),
    }
    return render(request, "billing/drafts.html", context)


@permission_required("billing.issue_invoice", raise_exception=True)
def draft_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A new invoice of a client."""
    client = get_object_or_404(Client, pk=pk)
    return edit(request, new_draft(client, request.user))


@permission_required("billing.issue_invoice", raise_exception=True)
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft to be changed."""
    return edit(request, get_object_or_404(whole(Draft.objects.all()), pk=pk))


@require_POST
@permission_required("billing.issue_invoice", raise_exception=True)
def draft_totals(request: HttpRequest) -> HttpResponse:
    """What the draft on a page comes to as it is typed; nothing is stored."""
    entry = DraftEntry(draft_of(request), request.POST)
    return render(request, "billing/_draft_live.html", {"entry": entry})


@require_POST
@permission_required("billing.issue_invoice", raise_exception=True)
def draft_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away; nothing was issued, so nothing is missing."""
    row = get_object_or_404(Draft, pk=pk)
    try:
        discard_draft(row)
    except DraftRefusal as refusal:
        messages.error(request, str(refusal))
        return redirect("draft", pk)
    messages.success(request, _("The draft is discarded."))
    return redirect("client", row.client_id)


@require_POST
@permission_required("billing.issue_invoice", raise_exception=True)
def invoice_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """The same invoice again, as a draft."""
    row = get_object_or_404(Invoice.objects.select_related("bill"), pk=pk)
    if row.bill is None:
        messages.error(request, _("Only its amount is known: it was issued elsewhere."))
        return redirect("invoice", pk)
    try:
        key = key_of(request.POST)
        made = copy_bill(row.bill, request.user, UUID(key) if key else None)
    except LedgerRefusal as refusal:
        messages.error(request, str(refusal))
        return redirect("invoice", pk)
    messages.success(request, _("This draft is a copy: check its lines and dates."))
    return redirect("draft", made.pk)


@require_POST
@permission_required("billing.issue_invoice", raise_exception=True)
def invoice_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """A credit note over an invoice, as a draft with all of its lines."""
    row = get_object_or_404(Invoice.objects.select_related("bill"), pk=pk)
    try:
        made = correction(row, request.user)
    except LedgerRefusal as refusal:
        messages.error(request, str(refusal))
        return redirect("invoice", pk)
    return redirect("draft", made.pk)


@require_safe
@permission_required("billing.view_invoice", raise_exception=True)
def bill(request: HttpRequest, pk: int) -> HttpResponse:
    """Where an issued bill is shown: as its invoice, or as its credit."""
    row = get_object_or_404(Bill, pk=pk)
    if row.kind == BillKind.CREDIT_NOTE:
        return redirect("payment", row.credit.pk)
    first = row.invoices.order_by("instalment").first()
    return redirect("invoice", first.pk if first else 0)


def edit(request: HttpRequest, row: Draft) -> HttpResponse:
    """The page of a draft: stored when it is right, else told what is not."""
    if request.method != "POST":
        return show(request, DraftEntry(row))
    if {"lines", "parts"} & request.POST.keys():
        data = rearranged(request.POST, default_code(vat_rates()))
        return show(request, DraftEntry(row, data))
    entry = DraftEntry(row, request.POST)
    if not entry.is_valid():
        return show(request, entry)
    given = entry.head.cleaned_data
    if row.pk is None:
        row.key = given["key"]
    try:
        lines, parts = entry.stored()
        made = save_draft(row, lines, parts, version=given["version"])
    except DraftRefusal as refusal:
        entry.refuse(str(refusal))
        return show(request, entry)
    page = PAGES.get(request.POST.get("then", ""))
    if not page:
        messages.success(request, _("The draft is saved."))
    return redirect(page or "draft", made.pk)


def show(request: HttpRequest, entry: DraftEntry) -> HttpResponse:
    """The page with its forms."""
    pattern = getattr(entry.draft, "recurrence", None) if entry.draft.pk else None
    context = {"entry": entry, "draft": entry.draft, "recurrence": pattern}
    return render(request, "billing/draft.html", context)


def draft_of(request: HttpRequest) -> Draft:
    """The draft of the page that asks, or a new one."""
    pk = request.POST.get("draft", "")
    found = whole(Draft.objects.all()).filter(
        pk=int(pk) if re.fullmatch(r"[0-9]{1,18}", pk) else 0
    )
    return found.first() or Draft()


def whole(rows: QuerySet[Draft]) -> QuerySet[Draft]:
    """Drafts with all that their figures need."""
    return rows.select_related("client", "corrects__bill").prefetch_related(
        "lines", "instalments", "corrects__bill__vat_rows"
    )
