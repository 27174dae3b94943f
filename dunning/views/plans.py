"""Payment plans: agreed, looked at, ended."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from billing.models import Invoice
from billing.rules.money import money, total
from clients.models import Client
from clients.returning import way_back
from clients.templatetags.format import money as written
from dunning.actions.plans import PlanRefusal, agree_plan, end_plan
from dunning.facts.plans import standings
from dunning.forms import ReasonForm
from dunning.models import PaymentPlan, PlanInvoice
from dunning.plan_forms import PartFormSet, PlanForm, PlanTarget, proposed
from dunning.rules.instalments import equal_parts

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest, HttpResponse

    from dunning.plan_forms import Parts

MONTH = timedelta(days=30)


class Target(NamedTuple):
    """A client, a currency, and the late invoices that may go into a plan."""

    client: Client
    currency: str
    invoices: list[Invoice]


@permission_required("dunning.hold_dunning", raise_exception=True)
def plan_new(request: HttpRequest) -> HttpResponse:
    """Choose invoices and instalments; a proposal first, then what was agreed."""
    today = localdate()
    about = target(request, today)
    form = PlanForm(
        request.POST or None,
        invoices=about.invoices,
        currency=about.currency,
        today=today,
        initial={"first_on": today + MONTH, "invoice": ticked(request, about)},
    )
    if "agree" in request.POST:
        parts: Parts = PartFormSet(  # type: ignore[assignment]
            request.POST,
            prefix="part",
            form_kwargs={"currency": about.currency, "today": today},
        )
        if made := agree(request, about, form, parts):
            messages.success(request, _("The payment plan is agreed."))
            return redirect(way_back(request, reverse("plan", args=[made.pk])))
    else:
        parts = proposal(form, about, today)
    return render(
        request,
        "dunning/plan_new.html",
        {
            "form": form,
            "parts": parts,
            "about": about,
            "back": way_back(
                request, reverse("client_dunning", args=[about.client.pk])
            ),
        },
    )


def target(request: HttpRequest, today: date) -> Target:
    """Whom the address names; the first currency with late invoices by default."""
    form = PlanTarget(request.GET)
    if not form.is_valid():
        raise Http404
    client = get_object_or_404(Client, pk=form.cleaned_data["client"])
    late = Invoice.objects.filter(
        client=client, open__above_zero=True, due_on__lt=today
    )
    planned = PlanInvoice.objects.filter(plan__ended_on=None, plan__client=client)
    rows = list(
        late.exclude(pk__in=planned.values("invoice")).order_by("due_on", "number")
    )
    currency = form.cleaned_data["currency"] or next(
        (row.currency for row in rows), client.currency
    )
    return Target(client, currency, [row for row in rows if row.currency == currency])


def ticked(request: HttpRequest, about: Target) -> list[int]:
    """The invoices that the address names, else all of them."""
    named = set(request.GET.getlist("invoice"))
    found = [row.pk for row in about.invoices if str(row.pk) in named]
    return found or [row.pk for row in about.invoices]


def proposal(form: PlanForm, about: Target, today: date) -> Parts:
    """Equal instalments of what is ticked; nothing while that cannot be read."""
    if form.is_bound:
        form.is_valid()
        for later in ("reason", "request_key"):
            form.errors.pop(later, None)
        open_, given = form.open, form.cleaned_data
    else:
        chosen = set(form.initial["invoice"])
        rows = [row for row in about.invoices if row.pk in chosen]
        open_ = total((row.open for row in rows), about.currency)
        given = {"count": 3, "first_on": form.initial["first_on"]}
    parts = (
        equal_parts(open_, given["count"], given["first_on"])
        if open_ and given.get("count") and given.get("first_on")
        else ()
    )
    return proposed(parts, currency=about.currency, today=today)


def agree(
    request: HttpRequest, about: Target, form: PlanForm, parts: Parts
) -> PaymentPlan | None:
    """Agree on the plan if everything adds up; else the form says what does not."""
    if not (form.is_valid() & parts.is_valid()):
        return None
    whole = total((part.amount for part in parts.parts), about.currency)
    if whole != form.open:
        form.add_error(
            None,
            _("The instalments are %(sum)s together, but %(open)s is open.")
            % {"sum": written(whole), "open": written(form.open)},
        )
        return None
    given = form.cleaned_data
    try:
        return agree_plan(
            about.client,
            about.currency,
            given["invoice"],
            parts.parts,
            agreed_on=localdate(),
            reason=given["reason"],
            key=given["request_key"],
            person=request.user,
        )
    except PlanRefusal as refusal:
        form.add_error(None, str(refusal))
        return None


@require_safe
@permission_required("dunning.view_run", raise_exception=True)
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """A plan with its instalments, what was paid, and whether it is kept."""
    return show(request, pk, ReasonForm())


@require_POST
@permission_required("dunning.hold_dunning", raise_exception=True)
def plan_end(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan counts no more: its invoices may be reminded again."""
    row = get_object_or_404(PaymentPlan, pk=pk)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return show(request, pk, form)
    try:
        end_plan(row, localdate(), form.cleaned_data["reason"], request.user)
    except PlanRefusal as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(request, _("The payment plan is ended."))
    return redirect("plan", pk)


def show(request: HttpRequest, pk: int, form: ReasonForm) -> HttpResponse:
    """The page of a plan, with the form to end it."""
    rows = PaymentPlan.objects.select_related("client", "person", "ended_by")
    row = get_object_or_404(rows, pk=pk)
    today = localdate()
    found = standings([row], today)[0]
    agreed = (part.part.amount for part in found.standing.parts)
    context: dict[str, Any] = {
        "plan": row,
        "found": found,
        "agreed": total(agreed, row.currency),
        "covered": [
            (covered.invoice, money(covered.open, row.currency))
            for covered in row.invoices.select_related("invoice").order_by("pk")
        ],
        "form": form,
        "today": today,
    }
    return render(request, "dunning/plan.html", context)
