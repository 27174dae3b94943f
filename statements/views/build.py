"""From a client to its statement: choose, look, print, confirm, issue, send."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from clients.facts import recipient
from clients.models import Client, Purpose
from delivery.pdf import RenderFailure, render_pdf
from delivery.showing import came_back_before
from statements.actions import (
    StatementRefusal,
    issue_statement,
    missing_address,
    send_statement,
)
from statements.documents import statement_file_name, statement_html, statement_mail
from statements.facts import last_statement, only_invoice, refusal, statement_data
from statements.forms import RequestForm, SendForm, StatementForm
from statements.rules.periods import Preset, preset_period
from statements.rules.statement import StatementImbalance

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from statements.models import Statement
    from statements.rules.statement import StatementOfAccount

    Page = Callable[[HttpRequest, Client], HttpResponse]

PRESETS = {
    Preset.SINCE_LAST: gettext_lazy("Since the last statement"),
    Preset.LAST_MONTH: gettext_lazy("Last month"),
    Preset.LAST_QUARTER: gettext_lazy("Last quarter"),
    Preset.THIS_YEAR: gettext_lazy("This year"),
    Preset.LAST_YEAR: gettext_lazy("Last year"),
}

may_read = permission_required("statements.view_statement", raise_exception=True)
may_send = permission_required("statements.send_statement", raise_exception=True)


def for_client(page: Page) -> Callable[..., HttpResponse]:
    """A page of a client that can have a statement; any other gets the reason (A06)."""

    @wraps(page)
    def answer(request: HttpRequest, pk: int) -> HttpResponse:
        client = get_object_or_404(Client, pk=pk)
        if reason := refusal(client):
            return refused(request, client, reason)
        try:
            return page(request, client)
        except RenderFailure as failure:
            hint = _("Choose a shorter period.")
            return refused(request, client, f"{failure} {hint}")
        except (StatementRefusal, StatementImbalance) as error:
            return refused(request, client, str(error))

    return answer


@require_safe
@may_read
@for_client
def statement_new(request: HttpRequest, client: Client) -> HttpResponse:
    """Choose period and kind, and see the statement as it will be."""
    form = parameters(request)
    context = {"client": client, "form": form}
    if form.is_valid():
        mailbox = recipient(client, Purpose.STATEMENT)
        context |= {
            "address": form.address(),
            "data": figures(client, form),
            "presets": presets(client, form),
            "no_address": "" if mailbox.email else missing_address(client),
            "request_key": uuid4().hex,
        }
    return render(request, "statements/statement_new.html", context)


@require_safe
@may_read
@for_client
def statement_preview(request: HttpRequest, client: Client) -> HttpResponse:
    """The very HTML the PDF is made of, on a sheet for the screen."""
    form = parameters(request)
    if not form.is_valid():
        return impossible(request, client, form)
    links = format_html(
        '<meta name="viewport" content="width=device-width">'
        '<link rel="stylesheet" href="{}"><link rel="stylesheet" href="{}">',
        static("css/paper.css"),
        static("css/sheet.css"),
    )
    return HttpResponse(paper(client, form).replace("</head>", f"{links}</head>", 1))


@require_safe
@may_read
@for_client
def statement_preview_pdf(request: HttpRequest, client: Client) -> HttpResponse:
    """The PDF to look at and to print; nothing is issued, nothing is sent."""
    form = parameters(request)
    if not form.is_valid():
        return impossible(request, client, form)
    name = file_name(client, form)
    return HttpResponse(
        render_pdf(paper(client, form)),
        content_type="application/pdf",
        headers={
            "Content-Disposition": content_disposition_header(
                as_attachment=False, filename=name
            )
            or "inline"
        },
    )


@may_send
@for_client
def statement_confirm(request: HttpRequest, client: Client) -> HttpResponse:
    """The e-mail before it leaves; the button issues the statement and queues it."""
    form = parameters(request)
    if not form.is_valid():
        return impossible(request, client, form)
    mail = proposed(client, form)
    if request.method == "POST":
        mail = SendForm(request.POST)
    if mail.is_valid():
        return issue_and_send(request, client, form, mail)
    context = {
        "client": client,
        "form": mail,
        "address": form.address(),
        "parameters": form,
        "file_name": file_name(client, form),
        "warnings": came_back_before([recipient(client, Purpose.STATEMENT).email]),
    }
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


def parameters(request: HttpRequest) -> StatementForm:
    """The parameters that stand in the address; defaults where it has none."""
    return StatementForm.of_address(request.GET.dict(), localdate())


def figures(client: Client, form: StatementForm) -> StatementOfAccount:
    """The statement of the chosen parameters."""
    return statement_data(client, **form.cleaned_data)


def paper(client: Client, form: StatementForm) -> str:
    """Its HTML, in the client's language."""
    return statement_html(
        client, figures(client, form), language_of(client), localdate()
    )


def file_name(client: Client, form: StatementForm) -> str:
    """The name under which its PDF is saved."""
    chosen = form.cleaned_data
    return statement_file_name(
        client, chosen["start"], chosen["end"], language_of(client)
    )


def language_of(client: Client) -> str:
    """The language of whoever gets the client's statements."""
    return recipient(client, Purpose.STATEMENT).language


def proposed(client: Client, form: StatementForm) -> SendForm:
    """The e-mail as we would write it; refused where nobody can get it (A22)."""
    mailbox = recipient(client, Purpose.STATEMENT)
    if not mailbox.email:
        raise StatementRefusal(missing_address(client))
    subject, body = statement_mail(client, figures(client, form), mailbox.language)
    return SendForm(
        initial={
            "recipient": mailbox.email,
            "subject": subject,
            "body": body,
            "request_key": uuid4().hex,
        }
    )


def presets(client: Client, form: StatementForm) -> list[dict[str, Any]]:
    """The usual periods as links that keep the other parameters."""
    last = last_statement(client)
    chosen = (form.cleaned_data["start"], form.cleaned_data["end"])
    found = []
    for preset, label in PRESETS.items():
        period = preset_period(preset, localdate(), last.end if last else None)
        if period:
            start, end = period
            found.append(
                {
                    "label": label,
                    "address": form.address(start=start, end=end),
                    "active": period == chosen,
                }
            )
    return found


def impossible(
    request: HttpRequest, client: Client, form: StatementForm
) -> HttpResponse:
    """The builder again, with the errors beside the fields."""
    context = {"client": client, "form": form}
    return render(request, "statements/statement_new.html", context, status=400)


def refused(request: HttpRequest, client: Client, reason: str) -> HttpResponse:
    """Why there is no statement, and what to do instead (A07)."""
    context = {"client": client, "reason": reason, "invoice": only_invoice(client)}
    return render(request, "statements/refused.html", context, status=409)
