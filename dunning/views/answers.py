"""What recipients answered on their page: the list, and a person's decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from clients.exporting import export_table
from clients.paging import show_table
from clients.returning import way_back
from dunning.actions.answers import AnswerRefusal, confirm_answer, decline_answer
from dunning.actions.holds import HoldRefusal
from dunning.answer_forms import AnswerFilter, ConfirmForm, DeclineForm
from dunning.answer_table import AnswerTable
from dunning.claims import said_of
from dunning.facts.answers import invoices_of
from statements.models import Answer, AnswerPart

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

MAY_DECIDE = "statements.decide_answer"


@require_safe
@permission_required("statements.view_answer", raise_exception=True)
def answers(request: HttpRequest) -> HttpResponseBase:
    """What was answered; first what waits for a decision."""
    parts = AnswerPart.objects.select_related("invoice").order_by("pk")
    rows = Answer.objects.select_related("client", "decided_by").prefetch_related(
        Prefetch("parts", parts)
    )
    found = AnswerFilter(request.GET, rows)
    table = AnswerTable(found.qs)
    if file := export_table(request, table, "answers"):
        return file
    table = show_table(request, table)
    context = {
        "table": table,
        "filter": found,
        "any": table.paginator.count or Answer.objects.exists(),
    }
    return render(request, "dunning/answers.html", context)


@permission_required("statements.view_answer", raise_exception=True)
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """What was said, of which invoices, and what confirming it would do."""
    row = get_object_or_404(
        Answer.objects.select_related("client", "decided_by", "link__document").defer(
            "link__document__content"
        ),
        pk=pk,
    )
    today = localdate()
    confirms, declines = "confirm" in request.POST, "decline" in request.POST
    confirm = ConfirmForm(request.POST if confirms else None, answer=row, today=today)
    decline = DeclineForm(request.POST if declines else None)
    if request.method == "POST":
        if not request.user.has_perm(MAY_DECIDE):
            raise PermissionDenied
        if _confirmed(request, row, confirm) or _declined(request, row, decline):
            return redirect(way_back(request, reverse("answers")))
    invoices = invoices_of(row)
    context = {
        "answer": row,
        "said": said_of(row),
        "invoices": invoices,
        "open_count": sum(1 for invoice in invoices if invoice.open),
        "confirm": confirm,
        "decline": decline,
        "may_decide": request.user.has_perm(MAY_DECIDE),
        "late": row.day is not None and row.day < today,
        "back": way_back(request, reverse("answers")),
    }
    return render(request, "dunning/answer.html", context)


def _confirmed(request: HttpRequest, row: Answer, form: ConfirmForm) -> bool:
    """Have it hold, if that was asked for; or say why it cannot."""
    if not form.is_bound or not form.is_valid():
        return False
    given = form.cleaned_data
    try:
        count = confirm_answer(
            row,
            localdate(),
            until=given.get("until"),
            note=given["note"],
            person=request.user,
        )
    except (AnswerRefusal, HoldRefusal) as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, _done(row, count))
    return True


def _done(row: Answer, count: int) -> str:
    """What was done with the invoices."""
    if not count:
        return _("The answer is filed: its invoices are paid.")
    if row.kind == Answer.Kind.DISPUTE:
        words = ngettext(
            "%(n)s invoice is marked as disputed.",
            "%(n)s invoices are marked as disputed.",
            count,
        )
    else:
        words = ngettext(
            "Reminders of %(n)s invoice are on hold.",
            "Reminders of %(n)s invoices are on hold.",
            count,
        )
    return words % {"n": count}


def _declined(request: HttpRequest, row: Answer, form: DeclineForm) -> bool:
    """Let reminders go on, if that was asked for."""
    if not form.is_bound or not form.is_valid():
        return False
    try:
        decline_answer(row, note=form.cleaned_data["why"], person=request.user)
    except AnswerRefusal as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(
        request, _("The answer is declined: it does not stop reminders any more.")
    )
    return True
