"""The list of payments and credits, the page of one, and what is done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from billing.actions.ledger import (
    WITHOUT_MONEY,
    LedgerRefusal,
    refund,
    release,
    release_charge,
    reverse_credit,
)
from billing.actions.payments import allocate_rest
from billing.entry_forms import key_of
from billing.lists import currencies
from billing.models import Allocation, CounterEntry, Credit
from billing.payment_forms import (
    AllocationForm,
    RefundForm,
    ReleaseForm,
    ReverseForm,
)
from billing.rules.allocation import propose_allocations
from billing.rules.money import money, plain
from billing.settlement import open_now
from billing.tables import CreditFilter, CreditTable, totals_within
from clients.exporting import export_table
from clients.paging import show_table

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase
    from moneyed import Money


@require_safe
@permission_required("billing.view_invoice", raise_exception=True)
def payments(request: HttpRequest) -> HttpResponseBase:
    """Payments, credit notes and write-offs, as the address narrows them."""
    rows = Credit.objects.select_related("client")
    found = CreditFilter(request.GET, rows, currencies())
    table = CreditTable(found.qs)
    if file := export_table(request, table, "payments"):
        return file
    table = show_table(request, table)
    return render(
        request,
        "billing/payments.html",
        {
            "table": table,
            "filter": found,
            "totals": totals_within(
                request.GET,
                found.qs,
                "amount",
                "unallocated",
                count=table.paginator.count,
            ),
            "any": table.paginator.count or Credit.objects.exists(),
        },
    )


@require_safe
@permission_required("billing.view_invoice", raise_exception=True)
def payment(request: HttpRequest, pk: int) -> HttpResponse:
    """One payment: what it settled, what is left, what took it back."""
    return show(request, get_object_or_404(Credit, pk=pk))


@require_POST
@permission_required("billing.book_payment", raise_exception=True)
def payment_allocate(request: HttpRequest, pk: int) -> HttpResponse:
    """Put what is left of a payment to open invoices."""
    row = get_object_or_404(Credit, pk=pk)
    left = money(row.unallocated, row.currency)
    form = AllocationForm(request.POST, open_now(row.client_id), left, [])
    if request.POST.get("left") != plain(left):
        messages.error(request, _("Something was booked meanwhile; look again."))
        return redirect("payment", pk)
    if not form.is_valid():
        return show(request, row, parts=form)
    try:
        allocate_rest(row, form.cleaned_data["parts"], left)
        messages.success(request, _("The payment is allocated."))
    except LedgerRefusal as refusal:
        messages.error(request, str(refusal))
    return redirect("payment", pk)


@require_POST
@permission_required("billing.book_payment", raise_exception=True)
def payment_release(request: HttpRequest, pk: int, allocation: int) -> HttpResponse:
    """Take a payment off an invoice: that is open again, the payment free."""
    row = get_object_or_404(Allocation, pk=allocation, credit=pk, releases=None)
    form = ReleaseForm(request.POST, today=localdate())
    if not form.is_valid():
        messages.error(request, str(form.errors["dated_on"][0]))
        return redirect("payment", pk)
    try:
        release(row, form.cleaned_data["dated_on"])
        messages.success(
            request,
            _("Invoice %(number)s is open again.") % {"number": row.invoice.number},
        )
    except LedgerRefusal as refusal:
        messages.error(request, str(refusal))
    return redirect("payment", pk)


@require_POST
@permission_required("billing.book_payment", raise_exception=True)
def charge_release(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """Give a payment back what reminder fees and interest took of it."""
    kind = CounterEntry.Kind.CHARGE
    row = get_object_or_404(CounterEntry, pk=entry, credit=pk, kind=kind, releases=None)
    form = ReleaseForm(request.POST, today=localdate())
    if not form.is_valid():
        messages.error(request, str(form.errors["dated_on"][0]))
        return redirect("payment", pk)
    try:
        release_charge(row, form.cleaned_data["dated_on"], request.user)
        messages.success(request, _("The fees and interest are owed again."))
    except LedgerRefusal as refusal:
        messages.error(request, str(refusal))
    return redirect("payment", pk)


@require_POST
@permission_required("billing.book_payment", raise_exception=True)
def payment_refund(request: HttpRequest, pk: int) -> HttpResponse:
    """Pay what is left of a payment, or a part of it, back to the client."""
    row = get_object_or_404(Credit, pk=pk)
    left = money(row.unallocated, row.currency)
    if row.counter_entries.filter(key=key_of(request.POST)).exists():
        return redirect("payment", pk)
    form = RefundForm(request.POST, left=left, today=localdate())
    if not form.is_valid():
        return show(request, row, back=form)
    given = form.cleaned_data
    try:
        refund(
            row,
            given["money"],
            given["dated_on"],
            given["reason"],
            request.user,
            account=given["account"],
            key=str(given["key"]),
        )
        messages.success(request, _("The refund is booked."))
    except LedgerRefusal as refusal:
        messages.error(request, str(refusal))
    return redirect("payment", pk)


@require_POST
@permission_required("billing.book_payment", raise_exception=True)
def payment_reverse(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a payment back: it bounced, or was booked to the wrong client."""
    row = get_object_or_404(Credit, pk=pk)
    if row.kind == Credit.Kind.WRITE_OFF and not request.user.has_perm(
        "billing.write_off"
    ):
        raise PermissionDenied
    form = ReverseForm(request.POST, today=localdate())
    if not form.is_valid():
        return show(request, row, reversal=form)
    given = form.cleaned_data
    try:
        reverse_credit(row, given["dated_on"], given["reason"], request.user)
        messages.success(request, _("The booking is reversed."))
    except LedgerRefusal as refusal:
        messages.error(request, str(refusal))
    return redirect("payment", pk)


def show(
    request: HttpRequest,
    row: Credit,
    *,
    parts: AllocationForm | None = None,
    reversal: ReverseForm | None = None,
    back: RefundForm | None = None,
) -> HttpResponse:
    """The page of a payment, with the forms for what is left and to take it back."""
    left, today = money(row.unallocated, row.currency), localdate()
    items = open_now(row.client_id, row.currency)
    if left and parts is None:
        proposed = propose_allocations(left, items, row.reference)
        parts = AllocationForm(None, items, left, proposed)
    entries = list(
        row.counter_entries.select_related(
            "created_by", "account", "released_by"
        ).order_by("pk")
    )
    allocations = row.allocations.select_related("invoice", "released_by")
    return render(
        request,
        "billing/payment.html",
        {
            "credit": row,
            "used": money(row.amount, row.currency) - left,
            "received": money(row.amount, row.currency) - charges_of(row),
            "charges": charges_of(row),
            "allocations": allocations.order_by("pk"),
            "entries": entries,
            "reversible": not any(e.kind in CounterEntry.TAKING_BACK for e in entries),
            "movable": row.kind not in WITHOUT_MONEY,
            "parts": parts if left else None,
            "left": plain(left),
            "today": today,
            "back": back or first_refund(row, today) if left else None,
            "reversal": reversal
            or ReverseForm(today=today, initial={"dated_on": today}),
        },
    )


def first_refund(row: Credit, today: date) -> RefundForm:
    """All that is left, today."""
    left = money(row.unallocated, row.currency)
    values = {"amount": plain(left), "dated_on": today, "account": row.account_id}
    return RefundForm(left=left, today=today, initial=values)


def charges_of(row: Credit) -> Money:
    """What the bank kept back of it."""
    return money(row.charges, row.currency)
