"""Reminders of one invoice: its history, its state, and one level up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from billing.disputes import dispute_of
from billing.models import Invoice
from billing.states import status_of
from clients.facts import recipient
from clients.models import Purpose
from dunning.actions.guards import RunRefusal
from dunning.actions.letters import proposal_pdf
from dunning.actions.runs import raise_invoice
from dunning.facts import history, next_step, plan
from dunning.facts.answers import waiting_answers
from dunning.facts.ladder import ladder
from dunning.facts.open_charges import shown
from dunning.facts.plans import plans_of
from dunning.facts.promises import with_outcomes
from dunning.forms import DateForm, RequestForm
from dunning.models import Charge, Hold, NoticeLine
from dunning.reasons import explain
from dunning.story import story
from dunning.views.papers import pdf_page

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from dunning.rules.plan import RunPlan


@permission_required("billing.view_invoice", raise_exception=True)
def invoice_reminders(request: HttpRequest, pk: int) -> HttpResponse:
    """The tab Reminders of an invoice (B01, B16)."""
    invoice = with_marks(pk)
    # Its own, and the fees of its letters.
    letters = NoticeLine.objects.filter(invoice=invoice).values("notice")
    of_letters = Q(invoice=None, notice__in=letters)
    charged = shown(Charge.objects.filter(Q(invoice=invoice) | of_letters))
    context = reminders(invoice) | {"charges": charged}
    return render(request, "dunning/invoice_reminders.html", context)


def with_marks(pk: int) -> Invoice:
    """The invoice with its marks and its client."""
    rows = Invoice.objects.with_marks().select_related("client")
    found: Invoice = get_object_or_404(rows, pk=pk)
    return found


def reminders(invoice: Invoice, on: date | None = None) -> dict[str, Any]:
    """Letters, ladder, history, and whether one level up is possible on the day."""
    today = localdate()
    step = next_step(invoice, on or today)
    letters = history(invoice)
    return {
        "invoice": invoice,
        "client": invoice.client,
        "status": status_of(invoice, today),
        "today": today,
        "days_late": (today - invoice.due_on).days,
        "history": letters,
        "ladder": ladder(invoice, letters),
        "story": story(invoice, today),
        "dispute": dispute_of(invoice, today),
        "plan": plans_of([invoice.pk], today)[:1],
        "answers": waiting_answers().filter(parts__invoice=invoice),
        "step": step,
        "why_not": "" if step.reason is None else explain(step.reason, step.detail),
        "holds": with_outcomes(standing_holds(invoice, today), today),
    }


def standing_holds(invoice: Invoice, today: date) -> QuerySet[Hold]:
    """What stops its reminders now, of its own or of the whole client."""
    rows = Hold.objects.filter(
        Q(invoice=invoice) | Q(client=invoice.client_id, invoice=None),
        Q(until=None) | Q(until__gte=today),
        released_on=None,
    )
    return rows.select_related("person", "invoice").order_by("-pk")


@permission_required("dunning.issue_run", raise_exception=True)
def invoice_raise(request: HttpRequest, pk: int) -> HttpResponse:
    """One invoice one level up: say what the letter will claim, then issue it."""
    invoice, today = with_marks(pk), localdate()
    if request.method == "POST":
        return raise_now(request, invoice)
    day = request.GET.get("run_on") or today.isoformat()
    form = DateForm({"run_on": day}, today=today, first=invoice.issued_on)
    run_on = form.cleaned_data["run_on"] if form.is_valid() else today
    plan = plan_of(invoice, run_on)
    context = reminders(invoice, run_on) | {
        "form": form,
        "key": RequestForm(today=today, first=today)["request_key"],
        "run_on": run_on,
        "letter": plan.notices[0] if form.is_valid() and plan.notices else None,
        "recipient": recipient(invoice.client, Purpose.REMINDER),
    }
    return render(request, "dunning/invoice_raise.html", context)


def raise_now(request: HttpRequest, invoice: Invoice) -> HttpResponse:
    """Issue the letter, once; whatever the page showed, the rules decide (B12)."""
    form = RequestForm(request.POST, today=localdate(), first=invoice.issued_on)
    if not form.is_valid():
        messages.error(request, _("This day is too far away. Check the year."))
        return redirect("invoice_raise", invoice.pk)
    given = form.cleaned_data
    try:
        raise_invoice(
            invoice,
            given["run_on"],
            person=request.user,
            request_key=given["request_key"],
        )
    except RunRefusal as refusal:
        messages.error(request, str(refusal))
        return redirect("invoice_reminders", invoice.pk)
    messages.success(request, _("The reminder is issued."))
    return redirect("invoice_reminders", invoice.pk)


def plan_of(invoice: Invoice, run_on: date) -> RunPlan:
    """What a run of this one invoice would do on the day."""
    return plan(run_on, invoices=[invoice.pk])


@permission_required("dunning.issue_run", raise_exception=True)
def invoice_raise_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter as it would be issued, marked as a draft."""
    invoice, today = with_marks(pk), localdate()
    form = DateForm(request.GET, today=today, first=invoice.issued_on)
    plan = plan_of(invoice, form.cleaned_data["run_on"]) if form.is_valid() else None
    if plan is None or not plan.notices:
        return redirect("invoice_raise", pk)
    return pdf_page(proposal_pdf(plan), f"{invoice.number}.pdf")
