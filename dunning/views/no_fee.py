"""A person wants no fee on the letter of an invoice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.returning import way_back
from dunning.actions.choosing import set_no_fee
from dunning.actions.guards import RunRefusal
from dunning.models import Run, RunLine
from dunning.run_forms import NoFeeForm

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@permission_required("dunning.add_run", raise_exception=True)
def run_no_fee(request: HttpRequest, pk: int, invoice: int) -> HttpResponse:
    """Ask why, keep it with the line of the draft, and go back to the selection."""
    rows = RunLine.objects.select_related("run", "invoice", "client")
    line: RunLine = get_object_or_404(
        rows, run=pk, invoice=invoice, level__gt=0, run__state=Run.State.DRAFT
    )
    back = way_back(request, reverse("run_selection", args=[pk]))
    posted = request.POST if request.method == "POST" else None
    form = NoFeeForm(posted, initial={"reason": line.no_fee})
    if form.is_valid():
        try:
            set_no_fee(line.run, [invoice], form.cleaned_data["reason"])
        except RunRefusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The letter is as you decided."))
        return redirect(back)
    context = {"form": form, "run": line.run, "line": line, "back": back}
    return render(request, "dunning/run_no_fee.html", context)
