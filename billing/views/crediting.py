"""Allocates all waiting credits of a client in a currency: seen once, booked once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from billing.actions.crediting import allocate_waiting
from billing.actions.moving import LedgerRefusal
from billing.crediting import credit_plan
from clients.models import Client
from clients.templatetags.format import money as written

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@permission_required("billing.book_payment", raise_exception=True)
def client_allocate(request: HttpRequest, pk: int, currency: str) -> HttpResponse:
    """What the credits of a client would settle; what is sent books exactly that."""
    client = get_object_or_404(Client, pk=pk)
    back = address_back(request, client)
    today = localdate()
    if request.method == "POST":
        seen = request.POST.get("seen", "")
        try:
            done = allocate_waiting(client.pk, currency, seen=seen, today=today)
        except LedgerRefusal as refusal:
            messages.error(request, str(refusal))
        else:
            say = _("%(amount)s is allocated.") % {"amount": written(done.amount)}
            messages.success(request, say)
            return redirect(back)
    return render(
        request,
        "billing/client_allocate.html",
        {
            "client": client,
            "currency": currency,
            "plan": credit_plan(client.pk, currency, today),
            "back": back,
        },
    )


def address_back(request: HttpRequest, client: Client) -> str:
    """The page one came from, if it is one of ours; else that of the client."""
    there = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(
        there, {request.get_host()}, require_https=request.is_secure()
    ):
        return there
    return reverse("client", args=[client.pk])
