"""Pauses reminders of an invoice or of a client, and lets them go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from billing.models import Invoice
from clients.models import Client
from clients.returning import way_back
from dunning.actions.holds import HoldRefusal, hold, release_hold
from dunning.forms import HoldForm, HoldTarget
from dunning.hold_forms import InvoiceHoldForm
from dunning.models import Hold

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest, HttpResponse


@permission_required("dunning.hold_dunning", raise_exception=True)
def hold_new(request: HttpRequest) -> HttpResponse:
    """Hold the invoice or the client that the address names."""
    client, invoice = target(request)
    today = localdate()
    form = form_of(request, invoice, today)
    back = way_back(request, page_of(client, invoice))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            hold(
                client,
                invoice,
                given["kind"],
                since=today,
                until=given["until"],
                reason=given["reason"],
                person=request.user,
                amount=given.get("money"),
            )
        except HoldRefusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Reminders are on hold."))
            return redirect(back)
    context = {"form": form, "client": client, "invoice": invoice, "back": back}
    return render(request, "dunning/hold_new.html", context)


def form_of(request: HttpRequest, invoice: Invoice | None, today: date) -> HoldForm:
    """Of one invoice an amount may be promised; the address may name the kind."""
    data, first = request.POST or None, {"kind": request.GET.get("kind", "hold")}
    if invoice is None:
        return HoldForm(data, today=today, initial=first)
    return InvoiceHoldForm(data, today=today, initial=first, open_=invoice.open)


def target(request: HttpRequest) -> tuple[Client, Invoice | None]:
    """The client to hold, and the invoice when only that one is meant."""
    form = HoldTarget(request.GET)
    if not form.is_valid():
        raise Http404
    if form.cleaned_data["invoice"]:
        rows = Invoice.objects.select_related("client")
        invoice = get_object_or_404(rows, pk=form.cleaned_data["invoice"])
        return invoice.client, invoice
    return get_object_or_404(Client, pk=form.cleaned_data["client"]), None


def page_of(client: Client, invoice: Invoice | None) -> str:
    """Where the hold is shown."""
    if invoice is not None:
        return reverse("invoice_reminders", args=[invoice.pk])
    return reverse("client_dunning", args=[client.pk])


@require_POST
@permission_required("dunning.hold_dunning", raise_exception=True)
def hold_release(request: HttpRequest, pk: int) -> HttpResponse:
    """Reminders go on from today."""
    held = get_object_or_404(Hold.objects.select_related("client", "invoice"), pk=pk)
    try:
        release_hold(held, localdate(), request.user)
    except HoldRefusal as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(request, _("The hold is released."))
    return redirect(way_back(request, page_of(held.client, held.invoice)))
