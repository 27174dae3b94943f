"""Statements of many clients: who gets one and who does not, start, print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clients.exporting import export_table
from clients.paging import show_table
from delivery.models import Job, JobItem
from statements.actions import start_statements, statements_pdf
from statements.bulk import (
    Papers,
    addressed,
    held_batches,
    mailing,
    papers,
    sums,
    under_way,
    under_way_for,
)
from statements.bulk_forms import BulkForm
from statements.forms import RequestForm
from statements.rules.orders import Order
from statements.tables import LeftOutTable, TurnTable
from statements.turning import not_asked_for, turns

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

may_read = permission_required("statements.view_statement", raise_exception=True)
may_issue = permission_required(
    ["statements.add_statement", "statements.send_statement"], raise_exception=True
)


@require_safe
@may_issue
def statements_bulk(request: HttpRequest) -> HttpResponseBase:
    """Who would get a statement, and why the others would not; nothing is done."""
    form = BulkForm.of_address(request.GET.dict(), localdate())
    if not form.is_valid():
        return bulk_page(request, form)
    found = preview(form.order(), left_out=request.GET.get("show") == "left_out")
    if file := export_table(request, found["table"], found["file_name"]):
        return file
    show_table(request, found["table"])
    hidden = {"hidden": form.kept(), "request_key": uuid4().hex}
    return bulk_page(request, form, found | hidden)


def bulk_page(
    request: HttpRequest,
    form: BulkForm,
    found: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The form, what is under way or waits, and who would get one if that is known."""
    context = {"form": form, "unfinished": under_way(), "held": held_batches()}
    return render(
        request, "statements/bulk.html", context | (found or {}), status=status
    )


def preview(order: Order, *, left_out: bool) -> dict[str, Any]:
    """Both lists with their counts, and the one that is looked at as a table."""
    found = addressed(turns(order))
    due = [row for row in found if not row.turn.reason]
    others = [row for row in found if row.turn.reason]
    by_mail = sum(bool(row.email) for row in due) if order.send else 0
    return {
        "sums": sums(due),
        "not_asked_for": not_asked_for(order, [row.turn for row in found]),
        "table": LeftOutTable(others) if left_out else TurnTable(due, order=order),
        "file_name": "statements-left-out" if left_out else "statements-to-issue",
        "shows_left_out": left_out,
        "due": len(due),
        "left_out": len(others),
        "by_mail": by_mail,
        "to_print": len(due) - by_mail,
    }


@require_POST
@may_issue
def statements_bulk_start(request: HttpRequest) -> HttpResponse:
    """Have a worker do it, once however often the button is pressed (F29, F30)."""
    form, key = BulkForm(request.POST), RequestForm(request.POST)
    if not (form.is_valid() and key.is_valid()):
        return bulk_page(request, form, status=400)
    order, request_key = form.order(), key.cleaned_data["request_key"]
    if other := under_way_for(order.end, request_key):
        said = _("%(who)s has started the statements of this day already.")
        messages.info(request, said % {"who": other.created_by or "–"})
        return redirect("job", other.pk)
    return redirect("job", start_statements(order, request_key, request.user).pk)


@require_safe
@may_read
def statements_made(request: HttpRequest, pk: int) -> HttpResponse:
    """What a job has made, and the papers to print."""
    job = get_object_or_404(Job, pk=pk, kind=Job.Kind.STATEMENTS)
    items = JobItem.objects.filter(job=job)
    made, unsent = papers(job).count(), papers(job, Papers.UNSENT).count()
    context = {
        "job": job,
        "order": Order.of(job.about),
        "made": made,
        "unsent": unsent,
        "mailed": made - unsent,
        "undelivered": papers(job, Papers.UNDELIVERED).count(),
        "mailing": mailing(job),
        "left_out": items.filter(state=JobItem.State.SKIPPED).count(),
        "failed": items.filter(state=JobItem.State.FAILED).count(),
        "moving": job.state in {Job.State.WAITING, Job.State.RUNNING},
    }
    return render(request, "statements/bulk_made.html", context)


@require_safe
@may_read
def statements_made_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """One PDF of statements of a job, by itself of those that no e-mail carries."""
    job = get_object_or_404(Job, pk=pk, kind=Job.Kind.STATEMENTS)
    wanted = request.GET.get("of")
    content = statements_pdf(
        job,
        Papers(wanted) if wanted in set(Papers) else Papers.UNSENT,
        by_postcode=request.GET.get("order") == "postcode",
        duplex="duplex" in request.GET,
    )
    if not content:
        messages.info(request, _("There is nothing to print."))
        return redirect("statements_made", pk)
    name = f"statements-{Order.of(job.about).end}.pdf"
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )
