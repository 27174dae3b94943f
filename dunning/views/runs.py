"""The overview of all runs, a new run, and the page of one run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Max, Min
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from billing.bank import desk as bank_desk
from billing.models import Credit, Invoice, ReceivablesImport
from clients.exporting import export_table, is_wanted
from clients.paging import show_table
from dunning.actions.runs import RunRefusal, discard_run, propose_run
from dunning.facts import totals_of
from dunning.forms import RunForm
from dunning.models import Run
from dunning.tables import RunTable
from dunning.views.proposal import proposal
from dunning.views.result import result

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase


@permission_required("dunning.view_run", raise_exception=True)
def runs(request: HttpRequest) -> HttpResponseBase:
    """Every run that was made, the newest first (B04)."""
    rows = Run.objects.select_related("created_by", "issued_by")
    table = RunTable(rows)
    if is_wanted(request):
        table.totals = totals_of(rows)
    if file := export_table(request, table, "dunning-runs"):
        return file
    table = show_table(request, table)
    table.totals = totals_of([row.record for row in table.page.object_list])
    return render(request, "dunning/runs.html", {"table": table})


@permission_required("dunning.add_run", raise_exception=True)
def run_new(request: HttpRequest) -> HttpResponse:
    """The day and the policy; sent twice, it is the same proposal (B05, B06)."""
    today = localdate()
    first = Invoice.objects.aggregate(day=Min("issued_on"))["day"] or today
    form = RunForm(request.POST or None, today=today, first=first)
    if form.is_valid():
        given = form.cleaned_data
        made = propose_run(
            given["run_on"],
            policy=given["policy"],
            person=request.user,
            request_key=given["request_key"],
        )
        return redirect("run", made.pk)
    return render(request, "dunning/run_new.html", {"form": form, **freshness()})


def freshness() -> dict[str, Any]:
    """How far the books are brought up to date, and drafts that are in the way."""
    return {
        "latest_payment": Credit.objects.filter(kind=Credit.Kind.PAYMENT).aggregate(
            day=Max("dated_on")
        )["day"],
        "latest_import": ReceivablesImport.objects.filter(
            state=ReceivablesImport.State.BOOKED
        ).aggregate(at=Max("created_at"))["at"],
        "fresh": bank_desk.freshness(localdate()),
        "drafts": Run.objects.filter(state=Run.State.DRAFT).select_related(
            "created_by"
        )[:5],
    }


@permission_required("dunning.view_run", raise_exception=True)
def run(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A proposal as long as it is a draft, then what was issued, for ever."""
    found = get_object_or_404(
        Run.objects.select_related("policy", "created_by", "issued_by"), pk=pk
    )
    page = result if found.state == Run.State.ISSUED else proposal
    return page(request, found)


@require_POST
@permission_required("dunning.add_run", raise_exception=True)
def run_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a proposal up; the run stays in the overview as discarded."""
    found = get_object_or_404(Run, pk=pk)
    try:
        discard_run(found, request.user)
    except RunRefusal as refusal:
        messages.error(request, str(refusal))
        return redirect("run", pk)
    messages.success(request, _("The draft is discarded."))
    return redirect("runs")
