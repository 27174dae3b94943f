"""The outbox, and one message."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clients.exporting import export_table
from clients.paging import show_table
from delivery import actions
from delivery.actions.undelivered import send_unchanged
from delivery.eml import written
from delivery.facts import (
    next_occasion,
    undelivered,
    with_reason,
)
from delivery.models import Message
from delivery.poking import poke_mail
from delivery.showing import shown
from delivery.tables import MessageFilter, MessageTable

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

# The column of the occasion holds no larger number.
MOST_OCCASIONS = 32_000


@require_safe
@permission_required("delivery.view_message", raise_exception=True)
def outbox(request: HttpRequest) -> HttpResponseBase:
    """Every message, narrowed and sorted as the address says."""
    rows = Message.objects.select_related("client").defer("body", "html")
    found = MessageFilter(request.GET, rows)
    table = MessageTable(found.qs)
    if file := export_table(request, table, "messages"):
        return file
    return render(
        request,
        "delivery/messages.html",
        {
            "table": show_table(request, table),
            "filter": found,
            "undelivered": undelivered().count(),
            "some": Message.objects.exists(),
            "as_files": kept_as_files(),
        },
    )


@require_safe
@permission_required("delivery.view_message", raise_exception=True)
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """One message, word by word, and what may be done with it."""
    people = ("created_by", "resolved_by")
    rows = Message.objects.select_related("client", "document", *people)
    found = with_reason(rows.defer("document__content"))
    row = get_object_or_404(found, pk=pk)
    return render(
        request,
        "delivery/message.html",
        {
            "mail": row,
            "shown": shown([row])[0],
            "events": row.events.all()[:200],
            "enclosures": row.enclosures.select_related("document", "link").defer(
                "document__content"
            ),
            "waits": undelivered().filter(pk=pk).exists(),
            "occasion": next_occasion(row),
            "file": written(row.message_id),
            "as_files": kept_as_files(),
        },
    )


def kept_as_files() -> bool:
    """Whether e-mails are written to files in place of being sent."""
    return bool(settings.EMAIL_BACKEND == "delivery.eml.EmailBackend")


@require_safe
@permission_required("delivery.view_message", raise_exception=True)
def message_file(_request: HttpRequest, pk: int) -> FileResponse:
    """The message as the file it was written to."""
    path = written(get_object_or_404(Message, pk=pk).message_id)
    if path is None:
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)


@require_POST
@permission_required("delivery.change_message", raise_exception=True)
def message_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Hold a waiting message back."""
    return act(request, pk, actions.cancel, _("The message is held back."))


@require_POST
@permission_required("delivery.change_message", raise_exception=True)
def message_arrived(request: HttpRequest, pk: int) -> HttpResponse:
    """An unknown message has arrived, a person says."""

    def work(row: Message) -> None:
        actions.mark_arrived(row, request.user)

    return act(request, pk, work, _("The message is marked as arrived."))


@require_POST
@permission_required("delivery.change_message", raise_exception=True)
def message_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Try an unknown or failed message once more."""

    def work(row: Message) -> Message:
        return send_unchanged(row, request.user)

    return act(request, pk, work, _("The message is queued again."))


@require_POST
@permission_required("delivery.change_message", raise_exception=True)
def message_anew(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the same document and text once more, as a message of its own."""
    shown = request.POST.get("occasion", "")
    number = int(shown) if re.fullmatch(r"[0-9]{1,5}", shown) else 0
    if not 1 < number < MOST_OCCASIONS:
        return redirect("message", pk)

    def work(row: Message) -> Message:
        return actions.send_anew(row, occasion=number, person=request.user)

    return act(request, pk, work, _("The message is queued once more."))


def act(
    request: HttpRequest, pk: int, work: Callable[[Message], object], done: str
) -> HttpResponse:
    """Do one thing with a message, say so or why not, and show what there is now."""
    row = get_object_or_404(Message, pk=pk)
    try:
        made = work(row)
    except actions.MessageRefusal as refusal:
        messages.error(request, str(refusal))
        return redirect("message", pk)
    poke_mail()
    messages.success(request, done)
    return redirect("message", made.pk if isinstance(made, Message) else pk)
