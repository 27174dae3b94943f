"""The first step of a run: its day and policy, and how fresh the books are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import Max, Min
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from billing.bank import desk as bank_desk
from billing.models import Credit, Invoice, ReceivablesImport
from dunning.actions.choosing import keep_reason, move_draft
from dunning.actions.guards import RunRefusal
from dunning.actions.runs import propose_run
from dunning.models import Run
from dunning.run_forms import StartForm
from dunning.steps import steps
from dunning.views.proposal import is_editable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from billing.bank.desk import Freshness


@permission_required("dunning.add_run", raise_exception=True)
def run_new(request: HttpRequest) -> HttpResponse:
    """The day and the policy; sent twice, it is the same proposal (B05, B06)."""
    fresh = bank_desk.freshness(localdate())
    form = start_form(request, fresh)
    if form.is_valid():
        given = form.cleaned_data
        made = propose_run(
            given["run_on"],
            policy=given["policy"],
            person=request.user,
            request_key=given["request_key"],
        )
        if given.get("stale_reason") and made.state == Run.State.DRAFT:
            keep_reason(made, given["stale_reason"])
        return redirect("run", made.pk)
    context = {"form": form, "fresh": fresh, "steps": steps("date"), **books()}
    return render(request, "dunning/run_new.html", context | {"drafts": drafts()})


def start_form(
    request: HttpRequest, fresh: Freshness, initial: Mapping[str, Any] | None = None
) -> StartForm:
    """The form as it was sent, or empty with today."""
    today = localdate()
    first = Invoice.objects.aggregate(day=Min("issued_on"))["day"] or today
    return StartForm(
        request.POST or None,
        initial=initial,
        today=today,
        first=first,
        is_stale=fresh.stale,
    )


def books() -> dict[str, Any]:
    """How far the books are brought up to date."""
    payments = Credit.objects.filter(kind=Credit.Kind.PAYMENT)
    imports = ReceivablesImport.objects.filter(state=ReceivablesImport.State.BOOKED)
    return {
        "latest_payment": payments.aggregate(day=Max("dated_on"))["day"],
        "latest_import": imports.aggregate(at=Max("created_at"))["at"],
    }


def drafts() -> list[Run]:
    """Drafts that are in the way: what is ticked there is left out here."""
    found = Run.objects.filter(state=Run.State.DRAFT).select_related("created_by")
    return list(found[:5])


@permission_required("dunning.view_run", raise_exception=True)
def run_date(request: HttpRequest, pk: int) -> HttpResponse:
    """The first step of a run that is there; a draft can be moved to another day."""
    run = get_object_or_404(
        Run.objects.select_related("policy", "created_by", "issued_by"), pk=pk
    )
    fresh = bank_desk.freshness(localdate())
    context = {"run": run, "fresh": fresh, "steps": steps("date", run), **books()}
    if not is_editable(request, run):
        if request.method == "POST":
            raise PermissionDenied
        return render(request, "dunning/run_date.html", context)
    form = start_form(request, fresh, as_it_stands(run))
    if form.is_valid() and moved(request, run, form):
        return redirect("run_selection", pk)
    return render(request, "dunning/run_date.html", context | {"form": form})


def as_it_stands(run: Run) -> dict[str, Any]:
    """What the first step was answered with."""
    return {
        "run_on": run.run_on,
        "policy": run.policy_id,
        "stale_reason": run.stale_reason,
    }


def moved(request: HttpRequest, run: Run, form: StartForm) -> bool:
    """Keep the answers; another day or policy proposes anew."""
    given = form.cleaned_data
    try:
        if (given["run_on"], given["policy"]) != (run.run_on, run.policy):
            move_draft(run, given["run_on"], given["policy"])
            messages.success(request, _("The draft is proposed anew."))
        keep_reason(run, given.get("stale_reason", ""))
    except RunRefusal as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
