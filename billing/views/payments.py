"""The list of payments and credits, the page of one, and booking them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from billing.actions.ledger import LedgerRefusal, reverse_credit
from billing.actions.payments import allocate_rest, receive_payment
from billing.entry_forms import AllocationForm, PaymentForm, ReverseForm
from billing.facts import open_items
from billing.lists import currencies
from billing.models import Credit
from billing.rules.allocation import propose_allocations
from billing.rules.money import money, plain, zero
from billing.tables import CreditFilter, CreditTable, totals
from clients.models import Client
from clients.paging import show_table

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpRequest, HttpResponse
    from moneyed import Money

    from billing.rules.items import OpenItem


@require_safe
@permission_required("billing.view_invoice", raise_exception=True)
def payments(request: HttpRequest) -> HttpResponse:
    """Payments, credit notes and write-offs, as the address narrows them."""
    rows = Credit.objects.select_related("client")
    found = CreditFilter(request.GET, rows, currencies())
    table = show_table(request, CreditTable(found.qs))
    return render(
        request,
        "billing/payments.html",
        {
            "table": table,
            "filter": found,
            "totals": totals(found.qs, "amount", "unallocated"),
            "any": table.paginator.count or Credit.objects.exists(),
        },
    )


@require_safe
@permission_required("billing.view_invoice", raise_exception=True)
def payment(request: HttpRequest, pk: int) -> HttpResponse:
    """One payment: what it settled, what is left, what took it back."""
    return show(request, get_object_or_404(Credit, pk=pk))


@require_POST
@permission_required("billing.import_receivables", raise_exception=True)
def payment_allocate(request: HttpRequest, pk: int) -> HttpResponse:
    """Put what is left of a payment to open invoices."""
    row = get_object_or_404(Credit, pk=pk)
    left = money(row.unallocated, row.currency)
    form = AllocationForm(request.POST, items_of(row.client_id), left, {})
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
@permission_required("billing.import_receivables", raise_exception=True)
def payment_reverse(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a payment back: it bounced, or was booked to the wrong client."""
    row = get_object_or_404(Credit, pk=pk)
    form = ReverseForm(request.POST, today=localdate())
    if not form.is_valid():
        return show(request, row, reversal=form)
    given = form.cleaned_data
    try:
        reverse_credit(row, given["dated_on"], given["reason"], request.user)
        messages.success(request, _("The payment is reversed."))
    except LedgerRefusal as refusal:
        messages.error(request, str(refusal))
    return redirect("payment", pk)


@permission_required("billing.import_receivables", raise_exception=True)
def payment_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A payment: first what arrived, then what it settles, then it is booked."""
    client = get_object_or_404(Client, pk=pk)
    form = PaymentForm(
        request.POST or None,
        today=localdate(),
        initial=first_values(client, request.GET.get("invoice", "")),
    )
    parts = None
    if request.method == "POST" and form.is_valid():
        booking = "book" in request.POST
        parts = parts_form(request.POST if booking else None, client.pk, form)
        if booking and (made := booked(client, form, parts, request.user)):
            messages.success(request, _("The payment is booked."))
            return redirect("payment", made.pk)
    return render(
        request,
        "billing/payment_new.html",
        {"form": form, "parts": parts, "client": client},
    )


def first_values(client: Client, wanted: str) -> dict[str, Any]:
    """What a new payment starts with: the open rest of the invoice in the address."""
    values: dict[str, Any] = {"currency": client.currency, "dated_on": localdate()}
    pk = int(wanted) if re.fullmatch(r"[0-9]{1,18}", wanted) else 0
    if row := client.invoices.filter(pk=pk, open__gt=0).first():
        values["amount"] = plain(row.open)
        values |= {"currency": row.currency, "reference": row.number}
    return values


def parts_form(data: Any, client: int, form: PaymentForm) -> AllocationForm:
    """The proposal of what a payment settles, or what the person made of it."""
    items, given = items_of(client), form.cleaned_data
    proposed = propose(given["money"], items, given["reference"])
    return AllocationForm(data, items, given["money"], proposed)


def booked(
    client: Client, form: PaymentForm, parts: AllocationForm, person: Any
) -> Credit | None:
    """The payment the two forms describe, booked once; None where they have errors."""
    given, key = form.cleaned_data, str(form.cleaned_data["key"])
    if made := Credit.objects.filter(client=client, import_key=key).first():
        return made
    if not parts.is_valid():
        return None
    try:
        return receive_payment(
            client,
            given["money"],
            parts.cleaned_data["parts"],
            dated_on=given["dated_on"],
            reference=given["reference"],
            key=key,
            person=person,
        )
    except LedgerRefusal as refusal:
        form.add_error(None, str(refusal))
        return None


def show(
    request: HttpRequest,
    row: Credit,
    *,
    parts: AllocationForm | None = None,
    reversal: ReverseForm | None = None,
) -> HttpResponse:
    """The page of a payment, with the forms for what is left and to take it back."""
    left = money(row.unallocated, row.currency)
    items = items_of(row.client_id)
    if left and parts is None:
        parts = AllocationForm(None, items, left, propose(left, items, row.reference))
    entries = list(row.counter_entries.select_related("created_by").order_by("pk"))
    return render(
        request,
        "billing/payment.html",
        {
            "credit": row,
            "used": money(row.amount, row.currency) - left,
            "allocations": row.allocations.select_related("invoice").order_by("pk"),
            "entries": entries,
            "parts": parts if left > zero(row.currency) else None,
            "left": plain(left),
            "reversal": reversal
            or ReverseForm(today=localdate(), initial={"dated_on": localdate()}),
        },
    )


def items_of(client: int) -> list[OpenItem]:
    """What is open today."""
    return open_items(localdate(), [client])


def propose(amount: Money, items: list[OpenItem], reference: str) -> dict[int, Money]:
    """The parts that are proposed, by invoice."""
    found = propose_allocations(amount, items, reference)
    return {proposal.invoice_id: proposal.amount for proposal in found}
