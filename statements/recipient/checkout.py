"""Paying exactly what was ticked: by transfer, or online with the provider."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from billing.actions.checkouts import (
    CheckoutRefusal,
    Pages,
    provider_form,
    start_checkout,
    submit_form,
)
from billing.online import is_online, is_test
from billing.online.due import checkout_of, parts_of
from billing.rules.checkouts import SENT
from billing.rules.money import money, total
from clients.facts import company
from delivery.public import behind_link
from statements.recipient.facts import owed
from statements.recipient.forms import MOST, TickForm
from statements.recipient.pages import nothing_here, page, with_language
from statements.recipient.paying import transfer_of
from statements.recipient.views import due_page

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.http import HttpRequest

    from delivery.models import ShareLink
    from statements.recipient.facts import Owed


@login_not_required
@require_safe
@behind_link
def recipient_pay(request: HttpRequest, _token: str, link: ShareLink) -> HttpResponse:
    """The sum of exactly what is ticked, and every way to pay it."""
    form = TickForm(request.GET, owed(link.document))
    if not form.is_valid():
        return due_page(request, link, form.problem, 400)
    return pay_page(request, link, form.cleaned_data["invoice"])


def pay_page(
    request: HttpRequest,
    link: ShareLink,
    chosen: Sequence[Owed],
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """The ways to pay what is chosen, with why one of them failed."""
    code = chosen[0].open.currency.code
    client = link.document.client
    parts = parts_of(client.pk, {one.pk for one in chosen}, code)
    amount = total((part.amount for part in parts), code)
    context = {
        "parts": parts,
        "named": parts[:MOST],
        "more": len(parts[MOST:]),
        "every": (request.GET or request.POST).get("all", ""),
        "total": amount,
        "set_off": total((one.asked for one in chosen), code) - amount,
        "underway": [one for one in chosen if one.underway],
        "transfer": parts
        and transfer_of(
            parts,
            [one.reference for one in chosen if one.pk == parts[0].invoice],
            client,
            company(),
            localdate(),
        ),
        "online": is_online(code),
        "test": is_test(),
        "problem": problem,
    }
    return page(request, link, "pay", context, status)


@login_not_required
@csrf_exempt
@require_POST
@behind_link
def recipient_checkout(
    request: HttpRequest, token: str, link: ShareLink
) -> HttpResponse:
    """On to the provider; what it asks for is counted here, never taken from a form.

    By a page that leads there, because a form of ours may only lead to us.
    """
    form = TickForm(request.POST, owed(link.document))
    if not form.is_valid():
        return due_page(request, link, form.problem, 400)
    chosen = form.cleaned_data["invoice"]
    try:
        started = start_checkout(
            link.document,
            link.document.client,
            {one.pk for one in chosen},
            chosen[0].open.currency.code,
            pages=_pages(request, token),
        )
    except CheckoutRefusal as refusal:
        return pay_page(request, link, chosen, str(refusal), 409)
    return page(request, link, "going", {"address": _own(started.address)})


@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def recipient_provider(
    request: HttpRequest, token: str, checkout: UUID
) -> HttpResponse:
    """The form of a provider that has none of its own."""
    return behind_link(partial(_provider, key=checkout))(request, token)


def _provider(
    request: HttpRequest, token: str, link: ShareLink, *, key: UUID
) -> HttpResponse:
    checkout = checkout_of(link.document_id, key)
    if checkout is None:
        return nothing_here(request)
    pages, posted = _pages(request, token), request.method == "POST"
    try:
        asked = (
            submit_form(checkout, request.POST, pages=pages)
            if posted
            else provider_form(checkout, pages=pages)
        )
    except CheckoutRefusal as refusal:
        return page(request, link, "paid", {"problem": str(refusal)}, 409)
    if asked.form is None:
        return HttpResponseRedirect(_own(asked.address))
    context = {"form": asked.form, "checkout": checkout, "test": is_test()}
    return page(request, link, "provider", context, 400 if posted else 200)


@login_not_required
@require_safe
def recipient_paid(request: HttpRequest, token: str, checkout: UUID) -> HttpResponse:
    """What became of a payment: the receipt, or that it is not confirmed yet."""
    return behind_link(partial(_paid, key=checkout))(request, token)


def _paid(
    request: HttpRequest, token: str, link: ShareLink, *, key: UUID
) -> HttpResponse:
    checkout = checkout_of(link.document_id, key)
    if checkout is None:
        return nothing_here(request)
    rows = checkout.parts.order_by("pk").values_list("invoice__number", "amount")
    parts = [(number, money(part, checkout.currency)) for number, part in rows]
    # Who presses "back" at the provider has paid nothing, and may go on.
    left = "left" in request.GET and checkout.outcome == "waiting"
    go_on = checkout.address or _pages(request, token).form(checkout)
    context = {
        "checkout": checkout,
        "parts": parts,
        "outcome": "left" if left and checkout.status != SENT else checkout.outcome,
        "go_on": _own(go_on),
    }
    return page(request, link, "paid", context)


def _pages(request: HttpRequest, token: str) -> Pages:
    """Where a payer comes back to, in the language chosen."""

    def address(name: str, checkout: object) -> str:
        path = reverse(name, args=[token, checkout.token])  # type: ignore[attr-defined]
        return f"{settings.BASE_URL}{path}{with_language(request)}"

    return Pages(
        form=partial(address, "recipient_provider"),
        done=partial(address, "recipient_paid"),
    )


def _own(address: str) -> str:
    """An address of our own as a path: right under whatever name we were called."""
    return address.removeprefix(settings.BASE_URL)
