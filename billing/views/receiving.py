"""Records a payment: what arrived, what it settles, then it is booked."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from billing.actions.ledger import LedgerRefusal
from billing.actions.payments import receive_short
from billing.models import Credit
from billing.payment_forms import PaymentForm, ShortForm
from billing.rules.allocation import propose_allocations
from billing.rules.money import plain
from billing.settlement import discounts, open_now, usual_account
from clients.models import Client
from clients.templatetags.format import money as written

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpRequest, HttpResponse

    from billing.actions.payments import Received


@permission_required("billing.book_payment", raise_exception=True)
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
        received = form.cleaned_data["received"]
        parts = parts_form(request.POST if booking else None, client.pk, received)
        if booking and (made := booked(client, form, parts, request.user)):
            say_booked(request, made)
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
    return values | {"account": usual_account(values["currency"])}


def parts_form(data: Any, client: int, received: Received) -> ShortForm:
    """The proposal of what a payment settles, or what the person made of it."""
    items = open_now(client, received.amount.currency.code)
    proposed = propose_allocations(received.amount, items, received.reference)
    offered = discounts(client, received.dated_on)
    return ShortForm(data, items, received.amount, proposed, offered)


def booked(
    client: Client, form: PaymentForm, parts: ShortForm, person: Any
) -> Credit | None:
    """The payment the two forms describe, booked once; None where they have errors."""
    key = str(form.cleaned_data["key"])
    if made := Credit.objects.filter(client=client, import_key=key).first():
        return made
    if not parts.is_valid():
        return None
    chosen = parts.cleaned_data
    try:
        return receive_short(
            client,
            with_charges(form.cleaned_data["received"], chosen["kept"]),
            chosen["parts"],
            chosen["rests"],
            key=key,
            person=person,
        )
    except LedgerRefusal as refusal:
        form.add_error(None, str(refusal))
        return None


def with_charges(received: Received, kept: Any) -> Received:
    """What the client paid, with what the bank kept back of single invoices."""
    if not kept:
        return received
    before = received.charges
    return replace(
        received,
        amount=received.amount + kept,
        charges=before + kept if before else kept,
    )


def say_booked(request: HttpRequest, credit: Credit) -> None:
    """Say that it is booked, and loudly what of it settles nothing."""
    credit.refresh_from_db()
    messages.success(request, _("The payment is booked."))
    if credit.unallocated:
        messages.warning(
            request,
            _("%(left)s of it settles no invoice: allocate it or pay it back.")
            % {"left": written(credit.unallocated)},
        )
