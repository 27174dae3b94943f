"""The list "To decide": what follows where no reminder does any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.context_processors import PermWrapper
from django.contrib.auth.decorators import permission_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from billing.lists import currencies
from billing.tables import totals_within
from clients.exporting import export_table
from clients.paging import show_table
from clients.returning import way_back
from dunning.actions.deciding import DecisionRefusal, decide
from dunning.deciding_table import DecideFilter, DecideTable
from dunning.facts.deciding import with_letters
from dunning.hold_forms import DecisionForm
from dunning.views.invoice import reminders, with_marks

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase


@require_safe
@permission_required("dunning.view_run", raise_exception=True)
def decisions(request: HttpRequest) -> HttpResponseBase:
    """Every invoice that waits for a decision, narrowed and sorted."""
    today = localdate()
    rows = with_letters(today)
    found = DecideFilter(request.GET, rows, currencies())
    table = DecideTable(
        found.qs,
        today=today,
        address=request.get_full_path(),
        perms=PermWrapper(request.user),
    )
    if file := export_table(request, table, "to-decide"):
        return file
    table = show_table(request, table)
    count = table.paginator.count
    return render(
        request,
        "dunning/decisions.html",
        {
            "table": table,
            "filter": found,
            "totals": totals_within(
                request.GET, found.qs, "total", "open", count=count
            ),
            "any": count or found.form.has_changed(),
        },
    )


@permission_required("dunning.hold_dunning", raise_exception=True)
def invoice_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Call, hand over, or wait: with a note, and a day to look again."""
    invoice, today = with_marks(pk), localdate()
    back = way_back(request, reverse("decisions"))
    form = DecisionForm(
        request.POST or None, today=today, initial={"kind": request.GET.get("kind")}
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            decide(
                invoice,
                given["kind"],
                on=today,
                again_on=given["again_on"],
                reason=given["reason"],
                person=request.user,
            )
        except DecisionRefusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The decision is kept."))
        return redirect(back)
    context = {"form": form, "back": back, **reminders(invoice)}
    return render(request, "dunning/invoice_decide.html", context)
