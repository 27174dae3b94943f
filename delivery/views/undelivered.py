"""The work list of messages that did not arrive, and what can be done about each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clients.exporting import export_table
from clients.facts import recipient
from clients.models import Purpose
from clients.paging import show_table
from delivery import facts, owners
from delivery.actions import MessageRefusal, undelivered
from delivery.forms import AddressForm
from delivery.models import Message
from delivery.showing import shown
from delivery.tables import UndeliveredFilter, UndeliveredTable

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

    from clients.facts import Recipient

VIEW, CHANGE = "delivery.view_message", "delivery.change_message"


@require_safe
@permission_required(VIEW, raise_exception=True)
def undelivered_messages(request: HttpRequest) -> HttpResponseBase:
    """Every message that failed, came back, or of which nobody knows."""
    rows = facts.with_reason(facts.undelivered().select_related("client"))
    found = UndeliveredFilter(request.GET, rows.defer("body", "html"))
    table = UndeliveredTable(found.qs)
    if file := export_table(request, table, "undelivered"):
        return file
    return render(
        request,
        "delivery/undelivered.html",
        {
            "table": show_table(request, table),
            "filter": found,
            "orphans": facts.orphans(timezone.now()),
        },
    )


@require_safe
@permission_required(VIEW, raise_exception=True)
def undelivered_message(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them, with what can be done about it."""
    return page(request, message(pk))


@require_POST
@permission_required(CHANGE, raise_exception=True)
def undelivered_address(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the right address at the client and send the message there."""
    row = message(pk)
    form = AddressForm(request.POST)
    if not request.user.has_perm("clients.change_client"):
        form.add_error("email", _("You may not change addresses of clients."))
    if not form.is_valid():
        return page(request, row, form)
    email = form.cleaned_data["email"]

    def work() -> None:
        undelivered.correct_address(row, email, request.user)

    return act(request, row, work, _("The message is sent to %s.") % email)


@require_POST
@permission_required(CHANGE, raise_exception=True)
def undelivered_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the message once more, as it is."""
    row = message(pk)

    def work() -> None:
        undelivered.send_unchanged(row, request.user)

    return act(request, row, work, _("The message is queued once more."))


@require_POST
@permission_required(CHANGE, raise_exception=True)
def undelivered_printed(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the document is posted, and open it to be printed."""
    row = message(pk)

    def work() -> None:
        undelivered.print_instead(row, request.user)

    done = _("The document is marked as printed and posted.")
    answer = act(request, row, work, done)
    row.refresh_from_db(fields=["resolution"])
    printed = row.resolution == Message.Resolution.PRINTED
    return redirect("document", row.document_id) if printed else answer


@require_POST
@permission_required(CHANGE, raise_exception=True)
def undelivered_given_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Give back what a reminder did that reached nobody."""
    row = message(pk)

    def work() -> None:
        undelivered.give_back(row, request.user)

    return act(request, row, work, _("The level is given back."))


@require_POST
@permission_required(CHANGE, raise_exception=True)
def undelivered_dismissed(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it off the list: it is settled some other way."""
    row = message(pk)

    def work() -> None:
        undelivered.dismiss(row, request.user)

    return act(request, row, work, _("The message is off the list."))


def message(pk: int) -> Message:
    """The message with what its page needs, or 404."""
    rows = Message.objects.select_related("client", "document", "resolved_by")
    return get_object_or_404(facts.with_reason(rows.defer("document__content")), pk=pk)


def page(
    request: HttpRequest, row: Message, form: AddressForm | None = None
) -> HttpResponse:
    """What is known of the message, and the ways out."""
    mailbox = recipient(row.client, undelivered.PURPOSES[row.kind])
    return render(
        request,
        "delivery/undelivered_message.html",
        {
            "mail": row,
            "shown": shown([row])[0],
            "form": form or AddressForm(initial={"email": mailbox.email}),
            "place": place_of(mailbox),
            "current": mailbox.email,
            "waits": facts.undelivered().filter(pk=row.pk).exists(),
            "gives_back": owners.may_give_back(row.kind),
        },
        status=400 if form else 200,
    )


def place_of(mailbox: Recipient) -> str:
    """Where the address is kept, that would be changed."""
    if mailbox.source == "client":
        return _("the client's own address")
    return _("the contact for: %s") % Purpose(mailbox.source).label


def act(
    request: HttpRequest, row: Message, work: Callable[[], None], done: str
) -> HttpResponse:
    """Do one thing with the message, say so or why not, and go on with the list."""
    try:
        work()
    except MessageRefusal as refusal:
        messages.error(request, str(refusal))
        return redirect("undelivered_message", row.pk)
    messages.success(request, done)
    return redirect("undelivered")
