"""Pages of invoices that come back by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Count, Max, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from billing.actions.recurring import (
    RecurrenceRefusal,
    change_recurrence,
    end_recurrence,
    pause_recurrence,
    resume_recurrence,
    start_recurrence,
)
from billing.billing_settings import rates_by_code
from billing.models import BillKind, Draft, Recurrence
from billing.recurrences import (
    STATES,
    last_made,
    next_days,
    rhythm_of,
    state_of,
    text_of,
)
from billing.recurring_forms import RecurrenceForm, ResumeForm
from billing.recurring_tables import RecurrenceTable
from clients.exporting import export_table
from clients.paging import show_table

if TYPE_CHECKING:
    from datetime import date
    from typing import Any

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

FIELDS = ("every_months", "first_on", "last_on", "issues_itself", "sends_itself")
SHOWN = 6
MOST = 60


@require_safe
@permission_required("billing.view_invoice", raise_exception=True)
def recurrences(request: HttpRequest) -> HttpResponseBase:
    """Every invoice that comes back, with its next date and its state."""
    rows = (
        Recurrence.objects.select_related("draft__client", "draft__corrects")
        .prefetch_related("draft__lines")
        .annotate(
            made_on=Max("occurrences__due_on"),
            problems=Count("occurrences", filter=~Q(occurrences__problem="")),
        )
    )
    table = RecurrenceTable(rows, rates=rates_by_code())
    if file := export_table(request, table, "recurring"):
        return file
    show_table(request, table)
    return render(request, "billing/recurrences.html", {"table": table})


@permission_required("billing.issue_invoice", raise_exception=True)
def recurrence_new(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Make a draft the pattern of an invoice that comes back."""
    draft = get_object_or_404(
        Draft.objects.select_related("client"), pk=pk, kind=BillKind.INVOICE
    )
    if made := Recurrence.objects.filter(draft=draft).first():
        return redirect("recurrence", made.pk)
    today = localdate()
    first_on = draft.issued_on or today
    initial = {"first_on": first_on, "every_months": 1}
    form = RecurrenceForm(request.POST or None, today=today, initial=initial)
    wanted = Recurrence(
        draft=draft,
        first_on=first_on,
        created_by=request.user,  # type: ignore[misc]
    )
    if request.method == "POST" and form.is_valid():
        take(wanted, form)
        if "preview" not in request.POST and (made := started(form, wanted)):
            messages.success(request, _("It will come back by itself."))
            return redirect("recurrence", made.pk)
    context = {"form": form, "draft": draft, "days": upcoming(wanted, None)}
    return render(request, "billing/recurrence_new.html", context)


@require_safe
@permission_required("billing.view_invoice", raise_exception=True)
def recurrence(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One of them: what it made, what comes next, and how to change or stop it."""
    return show(request, found(pk))


@require_POST
@permission_required("billing.issue_invoice", raise_exception=True)
def recurrence_change(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Another rhythm for the days to come, shown before or kept."""
    row = found(pk)
    form = change_form(row, request.POST)
    if not form.is_valid():
        return show(request, row, form)
    take(row, form)
    if "preview" in request.POST:
        return show(request, row, form)
    try:
        change_recurrence(row)
    except RecurrenceRefusal as refusal:
        form.add_error(None, str(refusal))
        return show(request, row, form)
    messages.success(request, _("It is changed for the days to come."))
    return redirect("recurrence", pk)


@require_POST
@permission_required("billing.issue_invoice", raise_exception=True)
def recurrence_pause(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Make nothing of it for a while."""
    pause_recurrence(found(pk))
    messages.success(request, _("It is paused: nothing is made of it."))
    return redirect("recurrence", pk)


@require_POST
@permission_required("billing.issue_invoice", raise_exception=True)
def recurrence_resume(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Let it come back again."""
    form = ResumeForm(request.POST)
    catch_up = form.is_valid() and form.cleaned_data["catch_up"]
    missed = resume_recurrence(found(pk), localdate(), catch_up=catch_up)
    messages.success(request, _("It comes back again."))
    if missed:
        text = ngettext(
            "%(count)d day was passed over.",
            "%(count)d days were passed over.",
            len(missed),
        )
        messages.info(request, text % {"count": len(missed)})
    return redirect("recurrence", pk)


@require_POST
@permission_required("billing.issue_invoice", raise_exception=True)
def recurrence_end(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Make nothing of it any more; what was made stays."""
    end_recurrence(found(pk), localdate())
    messages.success(request, _("It has ended."))
    return redirect("recurrence", pk)


def found(pk: int) -> Recurrence:
    """The recurring invoice of a page."""
    return get_object_or_404(Recurrence.objects.select_related("draft__client"), pk=pk)


def change_form(row: Recurrence, data: Any = None) -> RecurrenceForm:
    """The form with what is kept now."""
    initial = {name: getattr(row, name) for name in FIELDS}
    return RecurrenceForm(data, today=localdate(), initial=initial)


def take(row: Recurrence, form: RecurrenceForm) -> None:
    """Put what the form says into the row; nothing is stored."""
    for name in FIELDS:
        setattr(row, name, form.cleaned_data[name])


def started(form: RecurrenceForm, wanted: Recurrence) -> Recurrence | None:
    """The new recurring invoice; None where the form now says why not."""
    try:
        return start_recurrence(wanted.draft, wanted)
    except RecurrenceRefusal as refusal:
        form.add_error(None, str(refusal))
        return None


def upcoming(row: Recurrence, made_on: date | None) -> list[dict[str, Any]]:
    """The next days: the period of each, what it says, and whether it has come."""
    return [
        {
            "day": day,
            "until": rhythm_of(row).period(day)[1],
            "text": text_of(row, day),
            "at_once": day <= localdate(),
        }
        for day in next_days(row, SHOWN, made_on)
    ]


def show(
    request: HttpRequest, row: Recurrence, form: RecurrenceForm | None = None
) -> HttpResponseBase:
    """The page of a recurring invoice."""
    made_on = last_made(row)
    state = state_of(row, made_on)
    made = row.occurrences.select_related("draft", "bill").order_by("-due_on")
    context = {
        "recurrence": row,
        "draft": row.draft,
        "form": form or change_form(row),
        "resume": ResumeForm(),
        "state": state,
        "state_name": STATES[state],
        "days": upcoming(row, made_on),
        "made": made[:MOST],
        "problems": made.exclude(problem=""),
    }
    return render(request, "billing/recurrence.html", context)
