"""The proposal of a run: what is ticked, what is left out and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.timezone import localdate

from billing.bank.desk import freshness
from clients.paging import show_table
from dunning import reasons
from dunning.facts import run_totals
from dunning.forms import LineFilter
from dunning.listing import by_client, counted, filtered, left_out, proposed
from dunning.models import Level, Run
from dunning.tables import LeftOutTable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

LINES_A_PAGE = 200
KEPT = ("tab", "q", "level", "client", "reason", "page", "sort")


def proposal(request: HttpRequest, run: Run) -> HttpResponse:
    """Every late invoice, proposed or left out (B08, B09, B12)."""
    chosen = chosen_lines(request.GET)
    context = frame(request, run, chosen)
    if context["tab"] == "excluded":
        context["table"] = excluded_table(request, run, chosen)
    elif context["proposed_count"]:
        context |= proposed_page(request, run, chosen)
        context |= totals(run, context["proposed_count"])
    return render(request, "dunning/proposal.html", context)


def chosen_lines(given: Mapping[str, Any]) -> dict[str, Any]:
    """What the address filters by; anything not understood is left aside."""
    form = LineFilter(given)
    form.is_valid()
    return form.cleaned_data


def frame(request: HttpRequest, run: Run, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """What both tabs show: counts of proposed lines and of every reason."""
    why = counted(left_out(run), "reason")
    there = counted(proposed(run), "level")
    excluded_count, proposed_count = sum(why.values()), sum(there.values())
    return {
        "run": run,
        "tab": "excluded" if request.GET.get("tab") == "excluded" else "proposed",
        "chosen": chosen,
        "query": here(request.GET),
        "fresh": freshness(localdate()) if run.state == Run.State.DRAFT else None,
        "days_off": (run.run_on - localdate()).days,
        "editable": is_editable(request, run),
        "reasons": [(why_, reasons.label(why_), n) for why_, n in why.items()],
        "level_counts": there,
        "proposed_count": proposed_count,
        "excluded_count": excluded_count,
        "late_count": proposed_count + excluded_count,
    }


def is_editable(request: HttpRequest, run: Run) -> bool:
    """Whether this person may tick lines of this run."""
    return run.state == Run.State.DRAFT and request.user.has_perm("dunning.add_run")


def proposed_page(
    request: HttpRequest, run: Run, chosen: Mapping[str, Any]
) -> dict[str, Any]:
    """A page of the proposed lines, by client."""
    lines = filtered(proposed(run), chosen)
    is_filtered = any(chosen.get(name) for name in ("q", "level", "client"))
    page = Paginator(lines, LINES_A_PAGE).get_page(request.GET.get("page"))
    names = level_names(run)
    return {
        "page": page,
        "groups": by_client(run, list(page.object_list), names),
        "levels": [
            (level, names.get(level, ""), n)
            for level, n in counted(proposed(run), "level").items()
        ],
        "filtered_count": page.paginator.count if is_filtered else None,
        "previous_query": page.has_previous()
        and here(request.GET, page=page.previous_page_number()),
        "next_query": page.has_next()
        and here(request.GET, page=page.next_page_number()),
    }


def excluded_table(
    request: HttpRequest, run: Run, chosen: Mapping[str, Any]
) -> LeftOutTable:
    """The invoices left out, for one reason or for all."""
    table = LeftOutTable(filtered(left_out(run), chosen))
    shown: LeftOutTable = show_table(request, table, LINES_A_PAGE)
    return shown


def totals(run: Run, proposed_count: int) -> dict[str, Any]:
    """What issuing the ticked lines now would send, and how many would fall out."""
    found = run_totals(run)
    ticked = run.lines.filter(level__gt=0, selected=True).count()
    return {
        "totals": found,
        "proposed_count": proposed_count,
        "fallen": ticked - found.invoices if run.state == Run.State.DRAFT else 0,
    }


def level_names(run: Run) -> dict[int, str]:
    """The names of the levels; only positions where several policies differ."""
    rows = Level.objects.order_by("position")
    if run.policy_id:
        rows = rows.filter(policy=run.policy_id)
    names: dict[int, set[str]] = {}
    for position, name in rows.values_list("position", "name"):
        names.setdefault(position, set()).add(name)
    return {level: found.pop() for level, found in names.items() if len(found) == 1}


def here(given: Mapping[str, Any], **changes: Any) -> str:
    """The address of this list, with changes; only what this page knows."""
    kept = {name: given.get(name) for name in KEPT} | changes
    return urlencode({name: value for name, value in kept.items() if value})
