"""Ticks lines of a proposal, page by page; no tick is lost on the way off a page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from dunning.actions.guards import RunRefusal
from dunning.actions.runs import select_all, select_lines
from dunning.facts import draft_plan
from dunning.listing import filtered, proposed
from dunning.models import Hold, Run
from dunning.views.proposal import chosen_lines, here, is_editable, totals

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest, HttpResponse

INVOICE = re.compile(r"[0-9]{1,18}")
GROUP = re.compile(r"([0-9]{1,18})-([A-Z]{3})-(all|none)")
SKIP = re.compile(r"skip-([0-9]{1,18})")
STEP = re.compile(r"step-(date|letters|send)")
DECISION = re.compile(r"(pause|promise|dispute|plan|block|level|nofee)-([0-9]{1,18})")
KINDS = {"pause": Hold.Kind.HOLD, "promise": Hold.Kind.PROMISE}


@require_POST
@permission_required("dunning.view_run", raise_exception=True)
def run_select(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the ticks of the page, then go where the button leads (B09).

    Every way off the page is a button of the one form, so that no tick is lost.
    Who may only look sends no ticks.
    """
    run = get_object_or_404(Run, pk=pk)
    if "shown" in request.POST or "tick" in request.POST:
        if not request.user.has_perm("dunning.add_run"):
            raise PermissionDenied
        try:
            keep_ticks(run, request.POST)
        except RunRefusal as refusal:
            messages.error(request, str(refusal))
            return redirect("run", pk)
    if "HX-Request" in request.headers:
        return live_totals(request, run)
    return redirect(way(run, request.POST))


def keep_ticks(run: Run, given: QueryDict) -> None:
    """The boxes of the page, then the button for many: all, a filter, a client."""
    select_lines(
        run, ticked=ids(given.getlist("ticked")), shown=ids(given.getlist("shown"))
    )
    button = given.get("tick", "")
    if button in {"all", "none"}:
        select_all(run, button == "all")
    elif button in {"filter-all", "filter-none"}:
        lines = filtered(proposed(run), chosen_lines(QueryDict(given.get("at", ""))))
        select_these(run, lines.values_list("invoice_id", flat=True), button[7:])
    elif found := SKIP.fullmatch(button):
        select_these(run, [int(found[1])], "none")
    elif found := GROUP.fullmatch(button):
        client, currency, which = found.groups()
        lines = proposed(run).filter(client=int(client), currency=currency)
        select_these(run, lines.values_list("invoice_id", flat=True), which)


def select_these(run: Run, invoices: Iterable[int], which: str) -> None:
    """Tick or untick the given invoices."""
    shown = set(invoices)
    select_lines(run, ticked=shown if which == "all" else set(), shown=shown)


def ids(given: Iterable[str]) -> set[int]:
    """The numbers among what was sent."""
    return {int(text) for text in given if INVOICE.fullmatch(text)}


def way(run: Run, given: QueryDict) -> str:
    """Where the button leads: a step, a decision on an invoice, a filter, a page."""
    page, at = reverse("run_selection", args=[run.pk]), QueryDict(given.get("at", ""))
    button = given.get("go", "")
    if step := STEP.fullmatch(button):
        return reverse(f"run_{step[1]}", args=[run.pk])
    if chosen := DECISION.fullmatch(button):
        anchor = f"#l{chosen[2]}"
        return decision(run, chosen[1], int(chosen[2]), f"{page}?{here(at)}{anchor}")
    if button == "filter":
        return f"{page}?{here({'q': given.get('q'), 'level': given.get('level')})}"
    if button:
        return f"{page}?{here(QueryDict(button))}"
    return f"{page}?{here(at)}{anchor_of(given.get('tick', ''))}"


def anchor_of(tick: str) -> str:
    """The place of the page at which somebody pressed: a client, or an invoice."""
    if GROUP.fullmatch(tick):
        return f"#c{tick.rpartition('-')[0]}"
    return f"#l{found[1]}" if (found := SKIP.fullmatch(tick)) else ""


def decision(run: Run, what: str, invoice: int, back: str) -> str:
    """The form of a decision on an invoice; it leads back to the selection."""
    line = run.lines.filter(invoice=invoice).first()
    if line is None:
        return back
    asked = {"next": back}
    if what == "nofee":
        page = reverse("run_no_fee", args=[run.pk, invoice])
    elif what == "dispute":
        page = reverse("invoice_dispute", args=[invoice])
    elif what == "level":
        page = reverse("invoice_level", args=[invoice])
    elif what == "plan":
        page = reverse("plan_new")
        asked |= {"client": str(line.client_id), "currency": line.currency}
        asked["invoice"] = str(invoice)
    elif what == "block":
        page = reverse("hold_new")
        asked["client"] = str(line.client_id)
    else:
        page = reverse("hold_new")
        asked |= {"invoice": str(invoice), "kind": KINDS[what]}
    return f"{page}?{urlencode(asked)}"


def live_totals(request: HttpRequest, run: Run) -> HttpResponse:
    """The bar of totals after a tick."""
    count = proposed(run).count()
    plan = draft_plan(run) if run.state == Run.State.DRAFT else None
    context = {"run": run, "editable": is_editable(request, run)}
    at = QueryDict(request.POST.get("at", ""))
    context |= {"query": here(at), "shown_count": len(request.POST.getlist("shown"))}
    return render(request, "dunning/_totals.html", context | totals(run, count, plan))
