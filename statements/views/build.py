"""From a client to its statement: choose, look, confirm, issue, send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clients.facts import recipient
from clients.models import Purpose
from delivery.pictures import drawn
from delivery.showing import came_back_before
from statements.actions import (
    StatementRefusal,
    issue_statement,
    missing_address,
    send_statement,
)
from statements.documents import statement_mail
from statements.forms import RequestForm, SendForm
from statements.recipient.links import mailed_page, statement_token
from statements.views.asking import (
    asked_for,
    file_name,
    for_client,
    impossible,
    may_read,
    may_send,
    owner_of,
    parameters,
    sheet_of,
)
from statements.views.presets import presets
from statements.views.preview import PAGES, on_screen

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from clients.models import Client
    from delivery.pdf import Sheet
    from statements.actions.issuing import Asked
    from statements.forms import StatementForm
    from statements.models import Statement
    from statements.rules.statement import StatementOfAccount


@require_safe
@may_read
@for_client
def statement_new(request: HttpRequest, client: Client) -> HttpResponse:
    """Choose period and kind, and see the statement as it will be.

    Where only the result is asked for, while somebody changes the fields, it comes
    with what is wrong with each of them; the fields themselves stay as they are.
    """
    form, in_pages = parameters(request), request.GET.get("show") == "pages"
    context = {"client": client, "form": form, "in_pages": in_pages}
    if form.is_valid():
        context |= built(client, form, in_pages)
    context["presets"] = presets(client, form)
    htmx: Any = getattr(request, "htmx", None)
    part = htmx and not htmx.history_restore_request
    name = "statements/_built.html" if part else "statements/statement_new.html"
    answer = render(request, name, context)
    # A part must never stand in for the page, whose address it has.
    answer["Cache-Control"] = "no-store"
    return answer


@may_send
@for_client
def statement_confirm(request: HttpRequest, client: Client) -> HttpResponse:
    """The e-mail before it leaves; the button issues the statement and queues it.

    Refused where nobody can get it (A22).
    """
    form = parameters(request)
    if not form.is_valid():
        return impossible(request, client, form)
    mailbox = recipient(client, Purpose.STATEMENT)
    if not mailbox.email:
        raise StatementRefusal(missing_address(client))
    mail = SendForm(request.POST) if request.method == "POST" else None
    if mail and mail.is_valid():
        return issue_and_send(request, client, form, mail)
    asked = asked_for(client, form)
    data = asked.data()
    context = {
        "client": client,
        "form": mail or proposed(asked, data, mailbox.email),
        "address": form.address(),
        "parameters": form,
        "file_name": file_name(asked),
        "warnings": came_back_before([mailbox.email]),
    }
    context |= in_pictures(client, sheet_of(asked, data))
    return render(request, "statements/statement_confirm.html", context)


@require_POST
@may_send
@for_client
def statement_issue(request: HttpRequest, client: Client) -> HttpResponse:
    """Issue without sending: archived, to be printed now or sent later."""
    form, key = parameters(request), RequestForm(request.POST)
    if not (form.is_valid() and key.is_valid()):
        return impossible(request, client, form)
    made = issue(request, client, form, key.cleaned_data["request_key"])
    messages.success(
        request, _("Statement %(number)s is issued.") % {"number": made.number}
    )
    return redirect("statement", made.pk)


def issue_and_send(
    request: HttpRequest, client: Client, form: StatementForm, mail: SendForm
) -> HttpResponse:
    """Both once, however often the button is pressed."""
    sent = mail.cleaned_data
    made = issue(request, client, form, sent["request_key"])
    send_statement(made, sent["recipient"], sent["subject"], sent["body"], request.user)
    messages.success(
        request,
        _("Statement %(number)s is on its way to %(recipient)s.")
        % {"number": made.number, "recipient": sent["recipient"]},
    )
    return redirect("statement", made.pk)


def issue(
    request: HttpRequest, client: Client, form: StatementForm, key: str
) -> Statement:
    """The statement of the chosen parameters, dated today."""
    return issue_statement(
        client,
        **form.cleaned_data,
        issued_on=localdate(),
        person=request.user,
        request_key=key,
    )


def built(client: Client, form: StatementForm, in_pages: bool) -> dict[str, Any]:
    """What the page shows of the chosen statement, and what can be done with it."""
    asked = asked_for(client, form)
    data = asked.data()
    mailbox = recipient(client, Purpose.STATEMENT)
    shown = {
        "address": form.address(),
        "data": data,
        "no_address": "" if mailbox.email else missing_address(client),
        "request_key": uuid4().hex,
    }
    if in_pages:
        return shown | in_pictures(client, sheet_of(asked, data))
    return shown | {"paper": on_screen(asked.html(data))}


def in_pictures(client: Client, sheet: Sheet) -> dict[str, Any]:
    """The pages of its PDF, drawn now, to be shown one below the other."""
    looked_at = drawn(sheet, owner_of(client))
    pages = looked_at.pages
    return {
        "drawn": looked_at.key,
        "pages": pages,
        "places": range(1, min(pages, PAGES) + 1),
    }


def proposed(asked: Asked, data: StatementOfAccount, address: str) -> SendForm:
    """The e-mail as we would write it."""
    client = asked.client
    token = statement_token(client, data, asked.language, asked.issued_on)
    subject, body = statement_mail(client, data, asked.language, mailed_page(token))
    return SendForm(
        initial={
            "recipient": address,
            "subject": subject,
            "body": body,
            "request_key": uuid4().hex,
        }
    )
