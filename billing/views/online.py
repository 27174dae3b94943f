"""Payments online: what became of each, and what a person has to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from billing.actions.confirming import deal_with
from billing.models import Checkout
from billing.online_tables import CheckoutFilter, CheckoutTable
from clients.exporting import export_table
from clients.paging import show_table

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase


@require_safe
@permission_required("billing.view_checkout", raise_exception=True)
def online_payments(request: HttpRequest) -> HttpResponseBase:
    """What clients began to pay online, as the address narrows it."""
    rows = Checkout.objects.select_related("client", "credit", "dealt_with_by")
    found = CheckoutFilter(request.GET, rows.prefetch_related("parts__invoice"))
    table = CheckoutTable(found.qs)
    if file := export_table(request, table, "online-payments"):
        return file
    table = show_table(request, table)
    context = {"table": table, "filter": found, "any": Checkout.objects.exists()}
    return render(request, "billing/online.html", context)


@require_POST
@permission_required("billing.book_payment", raise_exception=True)
def online_done(request: HttpRequest, pk: int) -> HttpResponse:
    """A person has looked at what was odd, and done what there was to do."""
    if deal_with(get_object_or_404(Checkout, pk=pk), request.user, timezone.now()):
        messages.success(request, _("Noted: this is dealt with."))
    return redirect("online_payments")
