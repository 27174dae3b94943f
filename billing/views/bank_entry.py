"""The page of one bank entry: what it is, what is proposed, and another choice."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from billing.actions.bank_entries import paid, words_of
from billing.actions.payments import Rest
from billing.bank.desk import neighbours
from billing.bank.proposals import Proposed, proposals, suggested
from billing.bank.search import find_clients, payments_like
from billing.entry_forms import ReasonForm, read_amount
from billing.models import BankEntry
from billing.payment_forms import ShortForm, rest_name
from billing.rules.allocation import propose_allocations
from billing.settlement import discounts, open_now
from clients.models import Client
from clients.rules.text import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse
    from moneyed import Money

    from billing.rules.allocation import Proposal

State = BankEntry.State


@require_safe
@permission_required("billing.import_bank", raise_exception=True)
def bank_entry(request: HttpRequest, pk: int) -> HttpResponse:
    """An entry with its proposal, and every other way to decide on it."""
    rows = BankEntry.objects.select_related(
        "account", "client", "credit__client", "returns__client", "decided_by", "file"
    ).defer("file__content")
    entry: BankEntry = get_object_or_404(rows, pk=pk)
    return show_entry(request, entry, client=chosen_client(request.GET.get("client")))


def show_entry(
    request: HttpRequest,
    entry: BankEntry,
    *,
    client: Client | None = None,
    form: ShortForm | None = None,
    aside: ReasonForm | None = None,
) -> HttpResponse:
    """The page, with the forms as they were sent where they were."""
    waits = entry.state == State.WAITING
    proposed = proposals([entry])[0] if waits else None
    comes_in = paid(entry).amount > 0
    text = one_line(request.GET.get("q", ""))[:100]
    client = client or (proposed.client if proposed else None)
    if waits and comes_in and client and form is None:
        form = first_form(entry, client, proposed)
    before, after = neighbours(entry)
    return render(
        request,
        "billing/bank_entry.html",
        {
            "entry": entry,
            "paid": paid(entry),
            "waits": waits,
            "comes_in": comes_in,
            "proposed": proposed,
            "client": client,
            "parts": form,
            "text": text,
            "found": find_clients(text, amount_of(text, entry), entry.currency),
            "payments": payments_like(entry, text) if waits and not comes_in else [],
            "aside": aside or ReasonForm(),
            "before": before,
            "after": after,
        },
    )


def first_form(
    entry: BankEntry, client: Client, proposed: Proposed | None
) -> ShortForm:
    """The parts that are proposed; for another client those its invoices suggest."""
    if proposed is None or proposed.client != client or not proposed.parts:
        items = open_now(client.pk, entry.currency)
        usual = propose_allocations(paid(entry), items, words_of(entry))
        return parts_form(None, entry, client, usual)
    form = parts_form(None, entry, client, suggested(proposed))
    for item in form.items:
        for part in proposed.parts:
            if part.invoice_id == item.invoice_id and part.discount:
                form.fields[rest_name(item)].initial = Rest.DISCOUNT
    return form


def parts_form(
    data: Any, entry: BankEntry, client: Client, proposed: Sequence[Proposal]
) -> ShortForm:
    """What each open invoice of the client gets of the entry."""
    items = open_now(client.pk, entry.currency)
    offered = discounts(client.pk, entry.value_on)
    return ShortForm(data, items, paid(entry), proposed, offered)


def chosen_client(given: str | None) -> Client | None:
    """The client in the address or form; nothing where there is none."""
    if not re.fullmatch(r"[0-9]{1,18}", given or ""):
        return None
    return Client.objects.filter(pk=int(given or 0), merged_into=None).first()


def amount_of(text: str, entry: BankEntry) -> Money | None:
    """The text as an amount, if it is one."""
    try:
        return read_amount(text, entry.currency)
    except ValidationError:
        return None
