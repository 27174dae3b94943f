"""The list of imports, and the steps of one: upload, columns, preview, result."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from billing.actions.uploads import (
    discard,
    has_news,
    keep_upload,
    start_booking,
    start_check,
)
from billing.forms import ColumnsForm, UploadForm, first_columns
from billing.models import ReceivablesImport
from billing.rules.cells import text_of
from billing.rules.money import money
from billing.rules.refusals import shown
from billing.rules.refused import refused_rows
from billing.rules.tables import read_table
from billing.tasks import book_import, check_import
from billing.wording import FIELD_NAMES, sentence
from clients.exporting import csv_answer, export_rows
from clients.facts import company
from clients.paging import PER_PAGE

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from billing.rules.tables import Table
    from clients.sheets import Cell

State = ReceivablesImport.State
TASKS = {State.CHECKING: check_import, State.BOOKING: book_import}
HEADS = (
    gettext_lazy("File"),
    gettext_lazy("Uploaded"),
    gettext_lazy("By"),
    gettext_lazy("State"),
    gettext_lazy("Invoices"),
    gettext_lazy("Payments"),
    gettext_lazy("Unchanged"),
    gettext_lazy("Refused"),
)
EXAMPLES = 3
DAYS = ("issued_on", "due_on", "paid_on")
SUMS = ("total", "paid")
# Seconds until a page that waits for the worker loads itself again.
AGAIN = 2


@require_safe
@permission_required("billing.import_receivables", raise_exception=True)
def imports(request: HttpRequest) -> HttpResponseBase:
    """Every file that was uploaded, the latest first, and what became of it."""
    rows = ReceivablesImport.objects.select_related("created_by").defer("content")
    if file := export_rows(request, "imports", [str(h) for h in HEADS], map(row, rows)):
        return file
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "billing/imports.html", {"page": page})


def row(upload: ReceivablesImport) -> list[Cell]:
    """An upload as a row of the list's file."""
    counts = [
        upload.report.get(name)
        for name in ("invoices", "payments", "unchanged", "refused")
    ]
    state = upload.get_state_display()
    by = str(upload.created_by or "")
    return [upload.file_name, upload.created_at, by, state, *counts]


@permission_required("billing.import_receivables", raise_exception=True)
def import_new(request: HttpRequest) -> HttpResponse:
    """Upload a file; one that cannot be read as a table is refused at once."""
    sent = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if sent else UploadForm()
    if form.is_valid():
        upload = keep_upload(form.file_name(), form.content, form.table, request.user)
        return redirect("import_columns", upload.pk)
    return render(request, "billing/import_new.html", {"form": form})


@permission_required("billing.import_receivables", raise_exception=True)
def import_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which column holds what; the guess and a few rows are shown."""
    upload = get_object_or_404(ReceivablesImport, pk=pk)
    if upload.state in {State.BOOKING, State.BOOKED, State.CHECKING}:
        return redirect("import_detail", pk)
    table, home = read_table(bytes(upload.content)), company().currency
    first = first_columns(upload.columns) | {
        "currency": upload.currency or home,
        "date_format": upload.date_format,
        "until": upload.until,
    }
    sent = request.POST if request.method == "POST" else None
    form = ColumnsForm(table.headers, home, sent, initial=first)
    if form.is_valid():
        begin_check(upload, form)
        return redirect("import_detail", pk)
    return render(
        request,
        "billing/import_columns.html",
        {"upload": upload, "form": form, "table": examples(table)},
    )


def begin_check(upload: ReceivablesImport, form: ColumnsForm) -> None:
    """Note what the form says and let the worker check the file."""
    given = form.cleaned_data
    if start_check(
        upload,
        columns=form.columns(),
        date_format=given["date_format"],
        currency=given["currency"],
        until=given["until"],
    ):
        check_import.enqueue(upload.pk)


def examples(table: Table) -> dict[str, Any]:
    """The header and the first rows, as they may be shown."""
    return {
        "headers": table.headers,
        "lines": [
            (line.number, [shown(text_of(cell), 60) for cell in line.cells])
            for line in table.lines[:EXAMPLES]
        ],
        "count": len(table.lines),
    }


@require_safe
@permission_required("billing.import_receivables", raise_exception=True)
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the file is: waiting, ready to be booked, or booked."""
    upload = get_object_or_404(ReceivablesImport.objects.defer("content"), pk=pk)
    if upload.state == State.UPLOADED:
        return redirect("import_columns", pk)
    refused = Paginator(upload.report.get("errors", []), PER_PAGE)
    page = refused.get_page(request.GET.get("page"))
    response = render(
        request,
        "billing/import_detail.html",
        {
            "upload": upload,
            "report": upload.report,
            "waiting": upload.state in TASKS,
            "news": has_news(upload.report),
            "sums": [
                tuple(
                    money(x[name], x["currency"]) for name in ("invoices", "payments")
                )
                for x in upload.report.get("sums", [])
            ],
            "sample": [typed(line) for line in upload.report.get("sample", [])],
            "more": upload.report.get("rows", 0) - len(upload.report.get("sample", [])),
            "page": page,
            "refusals": [explained(error) for error in page],
        },
    )
    if upload.state in TASKS:
        response["Refresh"] = str(AGAIN)
    return response


def typed(line: dict[str, Any]) -> dict[str, Any]:
    """A line of the report with its dates and amounts as such."""
    days = {k: date.fromisoformat(v) for k, v in line.items() if v and k in DAYS}
    amounts = {
        k: money(v, line["currency"]) for k, v in line.items() if v and k in SUMS
    }
    return {**line, **dict.fromkeys((*DAYS, *SUMS)), **days, **amounts}


def explained(error: dict[str, Any]) -> dict[str, Any]:
    """A refusal of the report in the reader's language."""
    return {
        "row": error["row"],
        "field": FIELD_NAMES.get(error["field"], ""),
        "reason": sentence(error["message"], error["details"]),
    }


@require_POST
@permission_required("billing.import_receivables", raise_exception=True)
def import_book(request: HttpRequest, pk: int) -> HttpResponse:
    """Book the checked file, once, however often this is sent."""
    upload = get_object_or_404(ReceivablesImport.objects.defer("content"), pk=pk)
    if start_booking(upload, leave_out="leave_out" in request.POST):
        book_import.enqueue(pk)
    elif upload.state == State.CHECKED:
        messages.error(request, _("Correct the refused rows, or leave them out."))
    return redirect("import_detail", pk)


@require_POST
@permission_required("billing.import_receivables", raise_exception=True)
def import_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a file that waits too long to the worker once more; harmless if it runs."""
    upload = get_object_or_404(ReceivablesImport.objects.defer("content"), pk=pk)
    if task := TASKS.get(State(upload.state)):
        task.enqueue(pk)
    return redirect("import_detail", pk)


@require_POST
@permission_required("billing.import_receivables", raise_exception=True)
def import_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw an uploaded file away; what is booked stays."""
    upload = get_object_or_404(ReceivablesImport.objects.defer("content"), pk=pk)
    if discard(upload):
        messages.success(request, _("The file is thrown away; nothing was booked."))
        return redirect("imports")
    messages.error(request, _("The file is being booked, or is booked already."))
    return redirect("import_detail", pk)


@require_safe
@permission_required("billing.import_receivables", raise_exception=True)
def import_refused(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The refused rows as a CSV file, to correct and upload again."""
    upload = get_object_or_404(ReceivablesImport, pk=pk)
    reasons: dict[int, list[str]] = defaultdict(list)
    for error in map(explained, upload.report.get("errors", [])):
        place = f"{error['field']}: " if error["field"] else ""
        reasons[error["row"]].append(place + error["reason"])
    if not reasons:
        raise Http404
    joined = {row: " ".join(texts) for row, texts in reasons.items()}
    table = read_table(bytes(upload.content))
    rows = refused_rows(table, joined, (_("Row"), _("Refused because")))
    return csv_answer(f"refused-{pk}", rows)
