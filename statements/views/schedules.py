"""Statements that come by themselves: when, for whom, and who looks at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from statements.actions.scheduling import keep_schedule
from statements.bulk import held_batches, last_batches, schedules_with_next
from statements.bulk_forms import ScheduleForm
from statements.models import Schedule
from statements.views.bulk import may_issue

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
@may_issue
def schedules(request: HttpRequest) -> HttpResponse:
    """Every schedule with its next day, and what came of the last ones."""
    context = {
        "schedules": schedules_with_next(localdate()),
        "held": held_batches(),
        "batches": last_batches(),
    }
    return render(request, "statements/schedules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@may_issue
def schedule(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A new schedule, or one that is changed; statements already held stay."""
    today = localdate()
    row = get_object_or_404(Schedule, pk=pk) if pk else Schedule()
    form = ScheduleForm(request.POST or None, row)
    if not (request.method == "POST" and form.is_valid()):
        status = 400 if form.errors else 200
        context = {"form": form, "schedule": row}
        return render(request, "statements/schedule.html", context, status=status)
    keep_schedule(form.filled(today), today, request.user)
    messages.success(request, _("The schedule was saved."))
    return redirect("schedules")
