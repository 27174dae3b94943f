"""The proposal of a run: what is ticked, what is left out and why."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate

from billing.bank.desk import freshness
from billing.rules.money import total
from clients.paging import show_table
from dunning import reasons
from dunning.facts import draft_plan, run_totals
from dunning.facts.runs import plan_totals
from dunning.forms import LineFilter
from dunning.listing import counted, filtered, left_out, proposed
from dunning.models import Level, Run
from dunning.rows import Now, as_it_is_now, by_client
from dunning.steps import steps
from dunning.tables import LeftOutTable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse
    from moneyed import Money

    from dunning.rules.plan import RunPlan

LINES_A_PAGE = 200
KEPT = ("tab", "q", "level", "client", "reason", "page", "sort")


@permission_required("dunning.view_run", raise_exception=True)
def run_selection(request: HttpRequest, pk: int) -> HttpResponse:
    """Every late invoice, proposed or left out (B08, B09, B12)."""
    run = get_object_or_404(
        Run.objects.select_related("policy", "created_by", "issued_by"), pk=pk
    )
    chosen = chosen_lines(request.GET)
    context = frame(request, run, chosen)
    if context["tab"] == "excluded":
        context["table"] = excluded_table(request, run, chosen)
    elif context["proposed_count"]:
        plan = draft_plan(run) if run.state == Run.State.DRAFT else None
        context |= proposed_page(request, run, chosen, plan)
        context |= totals(run, context["proposed_count"], plan)
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
        "steps": steps("selection", run),
    }


def is_editable(request: HttpRequest, run: Run) -> bool:
    """Whether this person may tick lines of this run."""
    return run.state == Run.State.DRAFT and request.user.has_perm("dunning.add_run")


def proposed_page(
    request: HttpRequest, run: Run, chosen: Mapping[str, Any], plan: RunPlan | None
) -> dict[str, Any]:
    """A page of the proposed lines, by client, as they are by now."""
    lines = filtered(proposed(run), chosen)
    is_filtered = any(chosen.get(name) for name in ("q", "level", "client"))
    page = Paginator(lines, LINES_A_PAGE).get_page(request.GET.get("page"))
    names = level_names(run)
    now = as_it_is_now(plan) if plan else Now()
    return {
        "page": page,
        "groups": by_client(run, list(page.object_list), names, now),
        "shown_count": len(page.object_list),
        "filter_ticked": lines.filter(selected=True).count() if is_filtered else None,
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


def totals(run: Run, proposed_count: int, plan: RunPlan | None) -> dict[str, Any]:
    """What issuing the ticked lines now would send, and how many would fall out."""
    found = plan_totals(plan) if plan else run_totals(run)
    ticked = run.lines.filter(level__gt=0, selected=True).count()
    return {
        "totals": found,
        "proposed_count": proposed_count,
        "ticked_count": ticked,
        "by_level": sums_by_level(plan) if plan else {},
        "fallen": ticked - found.invoices if plan else 0,
    }


def sums_by_level(plan: RunPlan) -> dict[int, list[Money]]:
    """What is claimed of the invoices that would reach each level, by currency."""
    parts: dict[tuple[int, str], list[Money]] = defaultdict(list)
    for line in plan.proposed:
        parts[line.level.position, line.dossier.currency].append(line.item.claimed)
    found: dict[int, list[Money]] = defaultdict(list)
    for (level, code), amounts in sorted(parts.items()):
        found[level].append(total(amounts, code))
    return dict(found)


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
