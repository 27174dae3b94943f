"""Ticks lines of a proposal, page by page, and shows a letter before it is one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from clients.models import Client
from delivery.pdf import RenderFailure
from dunning.actions.letters import LetterRefusal, draft_letter
from dunning.actions.runs import RunRefusal, select_all, select_lines
from dunning.listing import filtered, proposed
from dunning.models import Run
from dunning.views.papers import pdf_page
from dunning.views.proposal import chosen_lines, here, is_editable, totals

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest, HttpResponse

INVOICE = re.compile(r"[0-9]{1,18}")
GROUP = re.compile(r"([0-9]{1,18})-([A-Z]{3})-(all|none)")


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
    """Where the button leads: the check before issuing, a filter, a tab, a page."""
    page, at = reverse("run", args=[run.pk]), QueryDict(given.get("at", ""))
    button = given.get("go", "")
    if button == "issue":
        return reverse("run_issue", args=[run.pk])
    if button == "filter":
        return f"{page}?{here({'q': given.get('q'), 'level': given.get('level')})}"
    if button:
        return f"{page}?{here(QueryDict(button))}"
    anchor = given.get("tick", "").rpartition("-")[0]
    is_group = GROUP.fullmatch(given.get("tick", ""))
    return f"{page}?{here(at)}" + (f"#c{anchor}" if is_group else "")


def live_totals(request: HttpRequest, run: Run) -> HttpResponse:
    """The bar of totals after a tick."""
    count = proposed(run).count()
    context = {"run": run, "editable": is_editable(request, run)}
    context["query"] = here(QueryDict(request.POST.get("at", "")))
    return render(request, "dunning/_totals.html", context | totals(run, count))


@permission_required("dunning.view_run", raise_exception=True)
def run_draft_pdf(
    request: HttpRequest, pk: int, client: int, currency: str
) -> HttpResponse:
    """How the letter of a client would look now; marked as a draft, kept nowhere."""
    run = get_object_or_404(Run, pk=pk, state=Run.State.DRAFT)
    debtor = get_object_or_404(Client, pk=client)
    if not proposed(run).filter(client=debtor, currency=currency).exists():
        raise Http404
    try:
        content = draft_letter(run, debtor.pk, currency)
    except (LetterRefusal, RenderFailure) as refusal:
        messages.error(request, str(refusal))
        return redirect("run", pk)
    word = _("draft")
    return pdf_page(content, f"{word}-{debtor.number}.pdf")
