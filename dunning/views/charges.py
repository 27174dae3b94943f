"""Fees, interest and lump sums: their list, the page of one, what is done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from billing.actions.ledger import LedgerRefusal
from billing.lists import currencies
from billing.models import CounterEntry, Credit
from billing.rules.money import money, plain, total
from billing.tables import totals_within
from clients.exporting import export_table
from clients.paging import show_table
from clients.returning import way_back
from dunning.actions.paying import pay_charges
from dunning.actions.waiving import take_waiver_back, waive_charge
from dunning.charge_forms import OfferForm, PayForm, WaiveForm
from dunning.charge_tables import ChargeFilter, ChargeTable
from dunning.facts.open_charges import credits_for, owed_of, shown, with_names
from dunning.models import Charge, ChargeEvent
from dunning.rules.charges import segment_of
from dunning.rules.sharing import share_out

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase


@require_safe
@permission_required("dunning.view_run", raise_exception=True)
def charges(request: HttpRequest) -> HttpResponseBase:
    """What letters charged, as the address narrows it."""
    found = ChargeFilter(request.GET, with_names(Charge.objects.all()), currencies())
    table = ChargeTable(found.qs)
    if file := export_table(request, table, "charges"):
        return file
    table = show_table(request, table)
    count = table.paginator.count
    context = {
        "table": table,
        "filter": found,
        "totals": totals_within(request.GET, found.qs, "amount", "open", count=count),
        "any": count or Charge.objects.exists(),
    }
    return render(request, "dunning/charges.html", context)


@require_safe
@permission_required("dunning.view_run", raise_exception=True)
def charge(request: HttpRequest, pk: int) -> HttpResponse:
    """One charge: how it came about, what became of it, and what can be done."""
    return show(request, get_object_or_404(with_names(Charge.objects.all()), pk=pk))


@require_POST
@permission_required("dunning.waive_charge", raise_exception=True)
def charge_waive(request: HttpRequest, pk: int) -> HttpResponse:
    """Waive what is open of it, or a part, with a reason."""
    row = get_object_or_404(with_names(Charge.objects.all()), pk=pk)
    form = WaiveForm(request.POST, charge=row)
    if form.data.get("left_seen") != plain(form.left):
        messages.error(request, _("Something was booked meanwhile; look again."))
        return redirect("charge", pk)
    if not form.is_valid():
        return show(request, row, waiving=form)
    given = form.cleaned_data
    try:
        waive_charge(row, given["money"], given["reason"], request.user, localdate())
        messages.success(request, _("It is waived."))
    except LedgerRefusal as refusal:
        messages.error(request, str(refusal))
    return redirect("charge", pk)


@require_POST
@permission_required("dunning.waive_charge", raise_exception=True)
def charge_claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Claim again what was waived."""
    event: ChargeEvent = get_object_or_404(
        ChargeEvent.objects.select_related("charge"), pk=pk
    )
    try:
        take_waiver_back(event, request.user, localdate())
        messages.success(request, _("It is owed again."))
    except LedgerRefusal as refusal:
        messages.error(request, str(refusal))
    return redirect("charge", event.charge_id)


@require_POST
@permission_required("billing.book_payment", raise_exception=True)
def charge_pay(request: HttpRequest, pk: int) -> HttpResponse:
    """Pay it, or a part, with what is left of a payment."""
    row = get_object_or_404(with_names(Charge.objects.all()), pk=pk)
    if _known(request.POST.get("key", "")):
        return redirect("charge", pk)
    form = PayForm(request.POST, charge=row, today=localdate())
    if not form.is_valid():
        return show(request, row, paying=form)
    given = form.cleaned_data
    try:
        pay_charges(
            given["credit"],
            {row.pk: given["money"]},
            given["dated_on"],
            request.user,
            str(given["key"]),
        )
        messages.success(request, _("It is paid."))
    except LedgerRefusal as refusal:
        form.add_error(None, str(refusal))
        return show(request, row, paying=form)
    return redirect("charge", pk)


@require_POST
@permission_required("billing.book_payment", raise_exception=True)
def charges_settle(request: HttpRequest) -> HttpResponse:
    """Pay with one click what a page offered, if it is still as it was offered."""
    form = OfferForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Something was booked meanwhile; look again."))
        return redirect("charges")
    given = form.cleaned_data
    if not _known(str(given["key"])):
        _settle(
            request, given["credit"], given["charges"], given["amount"], given["key"]
        )
    return redirect(way_back(request, reverse("charges")))


def _settle(
    request: HttpRequest, credit_pk: int, keys: list[int], amount: str, key: object
) -> None:
    credit = Credit.objects.filter(pk=credit_pk).first()
    rows = list(Charge.objects.filter(pk__in=keys, open__gt=0))
    parts = {}
    if credit and all(row.currency == credit.currency for row in rows):
        left = money(credit.unallocated, credit.currency)
        parts = share_out(left, [owed_of(row) for row in rows])
    if not credit or plain(total(parts.values(), credit.currency)) != amount:
        messages.error(request, _("Something was booked meanwhile; look again."))
        return
    on = max(localdate(), credit.dated_on, *(row.dated_on for row in rows))
    try:
        pay_charges(credit, parts, on, request.user, str(key))
        messages.success(request, _("The fees and interest are paid."))
    except LedgerRefusal as refusal:
        messages.error(request, str(refusal))


def _known(key: str) -> bool:
    """Whether a form with this key was booked already."""
    return bool(key) and CounterEntry.objects.filter(key=key).exists()


def show(
    request: HttpRequest,
    row: Charge,
    *,
    waiving: WaiveForm | None = None,
    paying: PayForm | None = None,
) -> HttpResponse:
    """The page of a charge, with the forms to waive or pay what is open."""
    today, left = localdate(), money(row.open, row.currency)
    found = shown(Charge.objects.filter(pk=row.pk))
    payable = bool(left) and credits_for(row).exists()
    context = {
        "charge": found.rows[0],
        "waiving": waiving or first_waiver(row) if left else None,
        "paying": paying or first_payment(row, today) if payable else None,
        "segments": [segment_of(part, row.currency) for part in row.detail],
    }
    return render(request, "dunning/charge.html", context)


def first_waiver(row: Charge) -> WaiveForm:
    """All that is open."""
    left = plain(money(row.open, row.currency))
    return WaiveForm(charge=row, initial={"amount": left, "left_seen": left})


def first_payment(row: Charge, today: date) -> PayForm:
    """As much as the oldest payment with something left can pay, today."""
    credit = credits_for(row).first()
    left = money(row.open, row.currency)
    if credit:
        left = min(left, money(credit.unallocated, credit.currency))
    values = {"amount": plain(left), "dated_on": today, "credit": credit}
    return PayForm(charge=row, today=today, initial=values)
