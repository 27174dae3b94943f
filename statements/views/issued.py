"""Statements that were issued: the list, one of them, sending it once more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clients.exporting import export_table, is_wanted
from clients.facts import recipient
from clients.models import Purpose
from clients.paging import show_table
from delivery.facts import standings
from delivery.links import is_reachable
from delivery.models import Document
from delivery.pictures import Drawn
from delivery.showing import came_back_before
from statements.actions import send_statement
from statements.documents import figures_mail, summary
from statements.facts import listed_statements, sent_messages
from statements.forms import SearchForm, SendAgainForm
from statements.models import Statement
from statements.recipient.renewing import open_address, page_links
from statements.tables import StatementTable
from statements.views.preview import PAGES, as_picture

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase


@require_safe
@permission_required("statements.view_statement", raise_exception=True)
def statements(request: HttpRequest) -> HttpResponseBase:
    """Every statement that was issued, the newest first."""
    form = SearchForm(request.GET)
    rows = listed_statements(form.words())
    table = StatementTable(rows)
    if is_wanted(request):
        table.standings = standings(Document.Kind.STATEMENT, rows.values("number"))
    if file := export_table(request, table, "statements"):
        return file
    table = show_table(request, table)
    shown = [row.record.number for row in table.page.object_list]
    table.standings = standings(Document.Kind.STATEMENT, shown)
    context = {"table": table, "form": form}
    return render(request, "statements/statements.html", context)


@require_safe
@permission_required("statements.view_statement", raise_exception=True)
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """What was issued: its paper, its figures, and what became of its e-mails."""
    made = issued_statement(pk)
    document = made.document
    context = {
        "statement": made,
        "sections": summary(made.figures),
        "sent": sent_messages(made),
        "links": page_links(made, timezone.now()),
        "followers": made.followed_by.order_by("pk"),
        "pages": document.pages,
        "places": range(1, min(document.pages, PAGES) + 1),
    }
    return render(request, "statements/statement.html", context)


@require_safe
@permission_required("statements.view_statement", raise_exception=True)
def statement_page(_request: HttpRequest, pk: int, place: int) -> HttpResponse:
    """A page of what was issued as a picture: of the very bytes that are kept."""
    made = get_object_or_404(Statement.objects.select_related("document"), pk=pk)
    document = made.document
    return as_picture(Drawn(document.sha256, bytes(document.content)), place)


@permission_required("statements.send_statement", raise_exception=True)
def statement_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send an issued statement once more, or to somebody else: the same bytes."""
    made = issued_statement(pk)
    form = SendAgainForm(request.POST) if request.method == "POST" else again(made)
    if form.is_valid():
        mail = form.cleaned_data
        send_statement(made, **mail, person=request.user)
        messages.success(
            request,
            _("Statement %(number)s is on its way to %(recipient)s.")
            % {"number": made.number, "recipient": mail["recipient"]},
        )
        return redirect("statement", made.pk)
    address = recipient(made.client, Purpose.STATEMENT).email
    context = {
        "statement": made,
        "form": form,
        "warnings": came_back_before([address]),
    }
    return render(request, "statements/statement_send.html", context)


def issued_statement(pk: int) -> Statement:
    """A statement with all it was issued with, but for the bytes of its paper."""
    rows = Statement.objects.select_related(
        "client", "document", "issued_by", "previous"
    )
    return get_object_or_404(rows.defer("document__content"), pk=pk)


def again(made: Statement) -> SendAgainForm:
    """The e-mail as we would write it, for the next occasion."""
    page = open_address(page_links(made, timezone.now())) if is_reachable() else ""
    subject, body = figures_mail(made.figures, made.language, page)
    return SendAgainForm(
        initial={
            "recipient": recipient(made.client, Purpose.STATEMENT).email,
            "subject": subject,
            "body": body,
            "occasion": len(sent_messages(made)) + 1,
        }
    )
