"""The work list of bank entries: accept, split, set aside, take back, go on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from billing.actions.bank_entries import (
    DecidedBefore,
    accept_entry,
    accept_return,
    set_aside,
    take_up,
)
from billing.actions.ledger import LedgerRefusal
from billing.bank.desk import freshness, neighbours, work
from billing.bank.proposals import proposals
from billing.entry_forms import ReasonForm
from billing.models import BankEntry, BankFile, Credit
from billing.views.bank_entry import chosen_client, parts_form, show_entry
from clients.paging import PER_PAGE
from clients.rules.text import one_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

State = BankEntry.State
LISTS = ("waiting", "outgoing", "ignored")
KEPT = ("show", "file", "q", "page")


@require_safe
@permission_required("billing.import_bank", raise_exception=True)
def bank_work(request: HttpRequest) -> HttpResponse:
    """Every entry that waits, each with what is proposed and why."""
    show = request.GET.get("show", "")
    show = show if show in LISTS else LISTS[0]
    file, text = wanted_file(request), one_line(request.GET.get("q", ""))[:100]
    rows = work(show, text, file.pk if file else None)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    entries = list(page)
    waiting = show == LISTS[0]
    return render(
        request,
        "billing/bank_work.html",
        {
            "page": page,
            "rows": proposals(entries) if waiting else [],
            "entries": [] if waiting else entries,
            "show": show,
            "file": file,
            "text": text,
            "at": here(request.GET),
            "fresh": freshness(localdate()),
        },
    )


def wanted_file(request: HttpRequest) -> BankFile | None:
    """The file in the address, if there is one."""
    given = request.GET.get("file", "")
    pk = int(given) if re.fullmatch(r"[0-9]{1,18}", given) else 0
    return BankFile.objects.defer("content").filter(pk=pk).first() if pk else None


@require_POST
@permission_required("billing.import_bank", raise_exception=True)
def bank_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Book an entry as the payment the form says."""
    entry = the_entry(pk)
    client = chosen_client(request.POST.get("client", ""))
    if client is None:
        messages.error(request, _("Choose the client who paid."))
        return redirect("bank_entry", pk)
    form = parts_form(request.POST, entry, client, ())
    if not form.is_valid():
        if request.htmx:  # type: ignore[attr-defined]
            return row(request, entry, " ".join(errors_of(form)))
        return show_entry(request, entry, client=client, form=form)
    given = form.cleaned_data
    return decided(
        request,
        entry,
        lambda: accept_entry(
            entry,
            client,
            given["parts"],
            given["rests"],
            today=localdate(),
            kept=given["kept"],
            person=request.user,
        ),
    )


@require_POST
@permission_required("billing.import_bank", raise_exception=True)
def bank_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back the payment that the bank took back."""
    entry, given = the_entry(pk), request.POST.get("credit", "")
    known = int(given) if re.fullmatch(r"[0-9]{1,18}", given) else 0
    credit = Credit.objects.filter(pk=known, kind=Credit.Kind.PAYMENT).first()
    if credit is None:
        messages.error(request, _("Choose the payment that is taken back."))
        return redirect("bank_entry", pk)
    return decided(
        request,
        entry,
        lambda: accept_return(entry, credit, today=localdate(), person=request.user),
    )


@require_POST
@permission_required("billing.import_bank", raise_exception=True)
def bank_ignore(request: HttpRequest, pk: int) -> HttpResponse:
    """Set an entry aside, with the reason."""
    entry, form = the_entry(pk), ReasonForm(request.POST)
    if not form.is_valid():
        if request.htmx:  # type: ignore[attr-defined]
            return row(request, entry, _("Say why it is ignored."))
        return show_entry(request, entry, aside=form)
    reason = form.cleaned_data["reason"]
    return decided(request, entry, lambda: set_aside(entry, reason, request.user))


@require_POST
@permission_required("billing.import_bank", raise_exception=True)
def bank_take_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an entry that was set aside wait again."""
    entry = the_entry(pk)
    try:
        take_up(entry, request.user)
    except DecidedBefore as before:
        messages.info(request, str(before))
    return redirect("bank_entry", pk)


def decided(
    request: HttpRequest, entry: BankEntry, act: Callable[[], Any]
) -> HttpResponse:
    """Do it, and go on with what waits next; what is refused is said where it was."""
    refusal = ""
    try:
        act()
    except LedgerRefusal as error:
        refusal = str(error)
    entry = the_entry(entry.pk)
    if request.htmx:  # type: ignore[attr-defined]
        return row(request, entry, refusal)
    if refusal:
        messages.error(request, refusal)
        return redirect("bank_entry", entry.pk)
    messages.success(request, said(entry))
    return go_on(request, entry)


def go_on(request: HttpRequest, entry: BankEntry) -> HttpResponse:
    """Back to the place in the list, or to the next entry that waits."""
    _before, after = neighbours(entry)
    if "at" in request.POST:
        query = here(QueryDict(request.POST["at"][:500]))
        anchor = f"#entry-{after}" if after else ""
        return redirect(f"{reverse('bank_work')}?{query}{anchor}")
    return redirect("bank_entry", after) if after else redirect("bank_work")


def said(entry: BankEntry) -> str:
    """What became of an entry, in a sentence."""
    if entry.state == State.BOOKED and entry.credit:
        return _("Booked as %(number)s of %(client)s.") % {
            "number": entry.credit.number,
            "client": entry.credit.client.name,
        }
    if entry.state == State.RETURNED and entry.returns:
        return _("%(number)s is taken back.") % {"number": entry.returns.number}
    return _("Ignored.")


def row(request: HttpRequest, entry: BankEntry, refusal: str = "") -> HttpResponse:
    """One row of the list, as the entry is now."""
    waits = entry.state == State.WAITING
    context = {
        "row": proposals([entry])[0] if waits else {"entry": entry},
        "waits": waits,
        "refusal": refusal,
        "said": "" if waits else said(entry),
        "at": here(QueryDict(request.POST.get("at", "")[:500])),
    }
    return render(request, "billing/_bank_row.html", context)


def errors_of(form: Any) -> list[str]:
    """Every error of a form, one after the other."""
    return [str(text) for texts in form.errors.values() for text in texts]


def the_entry(pk: int) -> BankEntry:
    """An entry with what became of it."""
    rows = BankEntry.objects.select_related(
        "account", "client", "credit__client", "returns__client", "decided_by"
    )
    return get_object_or_404(rows, pk=pk)


def here(given: Any) -> str:
    """The address of the list, with what it knows and nothing else."""
    return urlencode({k: v for k in KEPT if (v := given.get(k)) and "\x00" not in v})
