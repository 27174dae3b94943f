"""What an issued run did: its letters, and every invoice it left out."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clients.exporting import export_rows, export_table
from clients.paging import show_table
from delivery.job_page import job_context
from delivery.models import Job
from delivery.pdf import RenderFailure
from dunning import reasons
from dunning.actions.letters import draw_again, letters_key, mailings, multi_pdf
from dunning.bars import bar
from dunning.facts import run_totals
from dunning.facts.posting import delivery_counts
from dunning.facts.since import came_in
from dunning.facts.ways import Way, ways_of, with_way
from dunning.listing import (
    changed,
    counted,
    filtered,
    left_out,
    letters,
    not_ticked,
    proposed,
)
from dunning.models import Run
from dunning.sheet import head, row
from dunning.steps import steps
from dunning.tables import ChangedTable, LeftOutTable, LetterTable
from dunning.views.papers import pdf_page
from dunning.views.proposal import chosen_lines

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase
    from django_tables2 import Table

ROWS_A_PAGE = 200
# So many mailings are shown, the last ones.
MAILINGS = 3
# So many letters are made while somebody waits for the PDF of all.
FEW = 10


@permission_required("dunning.view_run", raise_exception=True)
def run_result(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The issued run, as it stays (B04, B10)."""
    run = get_object_or_404(
        Run.objects.select_related("policy", "created_by", "issued_by"), pk=pk
    )
    if run.state != Run.State.ISSUED:
        return redirect("run", pk)
    table = table_of(request, run)
    if file := export_table(request, table, f"dunning-run-{run.pk}-{tab_of(request)}"):
        return file
    why = counted(left_out(run), "reason")
    context = {
        "run": run,
        "steps": steps("result", run),
        "totals": run_totals(run),
        "table": show_table(request, table, ROWS_A_PAGE),
        "tab_code": tab_of(request),
        "tabs": tabs(request, run, sum(why.values())),
        "reasons": [(code, reasons.label(code), n) for code, n in why.items()],
        "chosen": chosen_lines(request.GET),
        "delivery": delivery_counts(run),
        "bar": bar(ways_of([run])[run.pk]),
        "way": way_of(request),
        "came_in": came_in(run),
        **progress_of(run),
    }
    return render(request, "dunning/result.html", context)


def tabs(request: HttpRequest, run: Run, excluded: int) -> list[dict[str, Any]]:
    """The lists of the run; those that say what did not happen only if it did."""
    found = [
        ("letters", _("Letters"), run.notices.count()),
        ("changed", _("Changed since the proposal"), changed(run).count()),
        ("unticked", _("Not ticked"), not_ticked(run).count()),
        ("excluded", _("Excluded, with reason"), excluded),
    ]
    active = tab_of(request)
    return [
        {"code": code, "label": label, "count": n, "active": code == active}
        for code, label, n in found
        if n or code in {"letters", "excluded", active}
    ]


def tab_of(request: HttpRequest) -> str:
    """The list the address asks for."""
    tab = request.GET.get("tab", "")
    return tab if tab in {"changed", "unticked", "excluded"} else "letters"


def table_of(request: HttpRequest, run: Run) -> Table:
    """The list of the tab."""
    tab = tab_of(request)
    chosen = chosen_lines(request.GET)
    if tab == "changed":
        return ChangedTable(changed(run))
    if tab == "unticked":
        return LeftOutTable(not_ticked(run), exclude=["detail", "reason"])
    if tab == "excluded":
        return LeftOutTable(filtered(left_out(run), chosen))
    rows, reached = letters(run)
    if way := way_of(request):
        rows = with_way(rows).filter(way=way)
    return LetterTable(rows, standings=reached)


def way_of(request: HttpRequest) -> str:
    """How far the letters have got that the address asks for; empty: all of them."""
    way = request.GET.get("way", "")
    return way if way in Way.values else ""


def progress_of(run: Run) -> dict[str, Any]:
    """How far the letters are drawn, and the e-mails of each mailing are sent."""
    done = run.notices.exclude(document=None).count()
    whole = run.notices.count()
    job = Job.objects.filter(key=letters_key(run)).first()
    at_work = job is not None and job.state in Job.UNFINISHED
    sent = [job_context(mailing) for mailing in mailings(run).reverse()[:MAILINGS]]
    return {
        "letters_done": done,
        "letters_all": whole,
        "letters_job": job,
        "at_work": at_work,
        "mailings": sent,
        "moving": (at_work and done < whole) or any(one["moving"] for one in sent),
    }


@permission_required("dunning.view_run", raise_exception=True)
def run_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far letters and e-mails are, to be put into the page of the run."""
    run = get_object_or_404(Run, pk=pk, state=Run.State.ISSUED)
    context = {"run": run, "is_part": True, **progress_of(run)}
    return render(request, "dunning/_progress.html", context)


@require_POST
@permission_required("dunning.issue_run", raise_exception=True)
def run_draw(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the letters made that are not there: cancelled, failed, or never begun."""
    run = get_object_or_404(Run, pk=pk, state=Run.State.ISSUED)
    draw_again(run, request.user)
    messages.success(request, _("The missing letters are made in the background."))
    return redirect("run", pk)


@permission_required("dunning.view_run", raise_exception=True)
def run_multi_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Every letter of the run in one PDF, in list order (B11)."""
    run = get_object_or_404(Run, pk=pk)
    if run.state != Run.State.ISSUED:
        messages.error(request, _("The letters are there once the run is issued."))
        return redirect("run", pk)
    if run.notices.filter(document=None).count() > FEW:
        return to_the_job(request, run)
    try:
        content = multi_pdf(run)
    except RenderFailure as failure:
        messages.error(request, str(failure))
        return redirect("run", pk)
    return pdf_page(content, f"{run.run_on:%Y-%m-%d}-{run.pk}.pdf")


def to_the_job(request: HttpRequest, run: Run) -> HttpResponse:
    """Many letters are still missing: where one sees them being made."""
    messages.info(
        request,
        _("The letters are still being made. The PDF of all is there at the end."),
    )
    job = Job.objects.filter(key=letters_key(run)).first()
    if job is None or not request.user.has_perm("delivery.view_job"):
        return redirect("run", run.pk)
    return redirect("job", job.pk)


@permission_required("dunning.view_run", raise_exception=True)
def run_lines(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Every line of the run, proposed or left out, for a spreadsheet."""
    run = get_object_or_404(Run, pk=pk)
    lines = map(row, chain(proposed(run), left_out(run)))
    name = f"dunning-run-{run.pk}-lines"
    return export_rows(request, name, head(), lines) or redirect("run", pk)
