"""Work in the background: what is under way, how far it is, what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clients.exporting import export_table
from clients.paging import show_table
from delivery.actions.jobs import JobRefusal, cancel_job, try_again
from delivery.facts import progress_of_jobs
from delivery.job_page import job_context
from delivery.job_tables import (
    ItemFilter,
    ItemTable,
    JobFilter,
    JobTable,
    MailingFilter,
    MailingTable,
    messages_of,
)
from delivery.models import Job, JobItem

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase


@require_safe
@permission_required("delivery.view_job", raise_exception=True)
def jobs(request: HttpRequest) -> HttpResponse:
    """Every job, the last one first."""
    found = JobFilter(request.GET, Job.objects.select_related("created_by"))
    table = show_table(request, JobTable(found.qs))
    shown = [row.record for row in table.page.object_list]
    table.known = progress_of_jobs(shown)
    return render(request, "delivery/jobs.html", {"table": table, "filter": found})


@require_safe
@permission_required("delivery.view_job", raise_exception=True)
def job(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One job: how far it is, what went wrong, and each of its items."""
    row = job_of(pk)
    table, found = list_of(request, row)
    if table and (file := export_table(request, table, f"job-{row.pk}")):
        return file
    context = {
        "table": table and show_table(request, table),
        "filter": found,
        **job_context(row),
    }
    return render(request, "delivery/job.html", context)


def list_of(request: HttpRequest, row: Job) -> tuple[Any, Any]:
    """The items or messages of a job as a table, and its filter.

    Messages are for those who may read the outbox.
    """
    if row.kind != Job.Kind.EMAILS:
        items = ItemFilter(request.GET, JobItem.objects.filter(job=row))
        return ItemTable(items.qs, job=row), items
    if not request.user.has_perm("delivery.view_message"):
        return None, None
    mails = MailingFilter(request.GET, messages_of(row))
    return MailingTable(mails.qs), mails


def job_of(pk: int) -> Job:
    """The job with those who started and cancelled it, or Http404."""
    return get_object_or_404(
        Job.objects.select_related("created_by", "cancelled_by"), pk=pk
    )


@require_safe
@permission_required("delivery.view_job", raise_exception=True)
def job_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a job is, to be put into its page; at its end the page comes anew."""
    context = job_context(job_of(pk))
    answer = render(request, "delivery/_job_progress.html", context)
    if not context["moving"]:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@permission_required("delivery.run_job", raise_exception=True)
def job_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin nothing more of a job."""
    try:
        cancel_job(get_object_or_404(Job, pk=pk), request.user)
    except JobRefusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The work is stopped. What was done stays."))
    return redirect("job", pk)


@require_POST
@permission_required("delivery.run_job", raise_exception=True)
def job_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Take up once more what failed or was cancelled."""
    try:
        try_again(get_object_or_404(Job, pk=pk))
    except JobRefusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("What was left is taken up again."))
    return redirect("job", pk)
