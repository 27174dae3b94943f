"""Statements that are held for a look: who gets one, ticks, release."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clients.paging import PER_PAGE, show_table
from statements.actions.batches import (
    BatchRefusal,
    discard_batch,
    hold_batch,
    release_batch,
    tick_all,
    tick_clients,
    untick_all,
)
from statements.bulk import addressed, order_of, sums
from statements.bulk_forms import BulkForm
from statements.forms import RequestForm
from statements.models import Batch
from statements.tables import LeftOutTable
from statements.turning import not_asked_for, seen, turns
from statements.views.bulk import bulk_page, may_issue

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.http import HttpRequest, HttpResponse, QueryDict

    from statements.bulk import Addressed
    from statements.rules.orders import Order

KEY = re.compile(r"[0-9]{1,18}", re.ASCII)
PAGE = re.compile(r"page=([0-9]{1,6})", re.ASCII)


@require_POST
@may_issue
def batch_new(request: HttpRequest) -> HttpResponse:
    """Hold what was asked for, to choose the clients one by one."""
    form, key = BulkForm(request.POST), RequestForm(request.POST)
    if not (form.is_valid() and key.is_valid()):
        return bulk_page(request, form, status=400)
    name = f"form:{key.cleaned_data['request_key']}"
    batch, _new = hold_batch(form.order(), name, person=request.user)
    return redirect("batch", batch.pk)


@require_safe
@may_issue
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Who gets one, with a box for each, and why the others do not."""
    row = get_object_or_404(Batch.objects.select_related("schedule", "job"), pk=pk)
    if row.job:
        return redirect("statements_made", row.job.pk)
    context: dict[str, Any] = {"batch": row}
    if row.state == Batch.State.HELD:
        order = order_of(row)
        found = turns(order)
        context |= looked_at(order, addressed(found))
        context |= {"seen": seen(found), "not_asked_for": not_asked_for(order, found)}
        context |= chosen_list(request, context)
    return render(request, "statements/batch.html", context)


def looked_at(order: Order, found: Iterable[Addressed]) -> dict[str, Any]:
    """Who is there to be ticked, who is left out by a rule, and what it comes to."""
    rows = list(found)
    offered = [row for row in rows if row.turn.by_hand or not row.turn.reason]
    due = [row for row in offered if not row.turn.by_hand]
    by_mail = sum(bool(row.email) for row in due) if order.send else 0
    return {
        "order": order,
        "offered": offered,
        "others": [row for row in rows if row.turn.reason and not row.turn.by_hand],
        "due": len(due),
        "by_hand": len(offered) - len(due),
        "sums": sums(due),
        "by_mail": by_mail,
        "to_print": len(due) - by_mail,
    }


def chosen_list(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The page of the list that is looked at."""
    if request.GET.get("show") == "left_out":
        return {"table": show_table(request, LeftOutTable(context["others"]))}
    pages = Paginator[Any](context["offered"], PER_PAGE)
    return {"page": pages.get_page(request.GET.get("page"))}


@require_POST
@may_issue
def batch_ticks(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the ticks of the page, then do what its button says.

    Every way off the page is a button of the one form, so that no tick is lost.
    """
    row = get_object_or_404(Batch, pk=pk)
    try:
        keep_ticks(row, request.POST)
        if request.POST.get("go") == "release":
            job = release_batch(row, request.user, request.POST.get("seen", ""))
            return redirect("job", job.pk)
    except BatchRefusal as refusal:
        messages.error(request, str(refusal))
        return redirect("batch", pk)
    if "HX-Request" in request.headers:
        order = order_of(row)
        context = looked_at(order, addressed(turns(order))) | {"batch": row}
        return render(request, "statements/_batch_totals.html", context)
    return redirect(f"{reverse('batch', args=[pk])}{way(request.POST.get('go', ''))}")


def keep_ticks(row: Batch, given: QueryDict) -> None:
    """The boxes of the page, then the button for all of them."""
    shown, ticked = keys(given.getlist("shown")), keys(given.getlist("ticked"))
    tick_clients(row, shown, ticked)
    if given.get("go") == "all":
        tick_all(row)
    elif given.get("go") == "none":
        untick_all(row)


def keys(given: Sequence[str]) -> list[int]:
    """The keys of clients among what was sent."""
    return [int(text) for text in given if KEY.fullmatch(text)]


def way(button: str) -> str:
    """The page that a button leads to."""
    if button == "left_out":
        return "?show=left_out"
    found = PAGE.fullmatch(button)
    return f"?page={found[1]}" if found else ""


@require_POST
@may_issue
def batch_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue none of them; the next period's statements say what these would have."""
    row = get_object_or_404(Batch, pk=pk)
    try:
        discard_batch(row, request.user)
    except BatchRefusal as refusal:
        messages.error(request, str(refusal))
        return redirect("batch", pk)
    messages.info(request, _("The statements were discarded. Nothing was issued."))
    return redirect("statements_bulk")
