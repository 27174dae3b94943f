"""The overview of all runs, and the way to the step where one stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clients.exporting import export_table, is_wanted
from clients.paging import show_table
from clients.returning import way_back
from dunning.actions.guards import RunRefusal
from dunning.actions.runs import discard_run
from dunning.archive import RunFilter, chosen_runs
from dunning.facts import totals_of
from dunning.facts.undoing import undone_counts
from dunning.facts.ways import ways_of
from dunning.models import Run
from dunning.run_table import RunTable
from dunning.steps import step_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase


@permission_required("dunning.view_run", raise_exception=True)
def runs(request: HttpRequest) -> HttpResponseBase:
    """Every run that was made, the newest first (B04)."""
    form = RunFilter(request.GET)
    rows = chosen_runs(form)
    table = RunTable(rows)
    if is_wanted(request):
        table.totals, table.ways = totals_of(rows), ways_of(rows)
        table.undone = undone_counts(rows)
    if file := export_table(request, table, "dunning-runs"):
        return file
    table = show_table(request, table)
    shown = [row.record for row in table.page.object_list]
    table.totals, table.ways = totals_of(shown), ways_of(shown)
    table.undone = undone_counts(shown)
    context = {"table": table, "form": form, "client": form.chosen()}
    return render(request, "dunning/runs.html", context)


@permission_required("dunning.view_run", raise_exception=True)
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """To the step where the run stands; lists named in the address stay named."""
    found = get_object_or_404(Run, pk=pk)
    page = reverse(step_of(found), args=[pk])
    query = request.GET.urlencode()
    return redirect(f"{page}?{query}" if query else page)


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
    return redirect(way_back(request, reverse("runs")))
