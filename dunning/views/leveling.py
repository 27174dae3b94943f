"""Sets the level of an invoice by hand: no letter, but a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from clients.returning import way_back
from dunning.actions.leveling import LevelRefusal, set_level
from dunning.facts import policies_of
from dunning.hold_forms import LevelForm
from dunning.views.invoice import reminders, with_marks

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from billing.models import Invoice


@permission_required("dunning.change_level", raise_exception=True)
def invoice_level(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the level and the reason, then set it; both stay in the history."""
    invoice = with_marks(pk)
    back = way_back(request, reverse("invoice_reminders", args=[pk]))
    form = LevelForm(
        request.POST or None,
        levels=levels_of(invoice),
        invoice=invoice,
        today=localdate(),
        initial={"seen": invoice.level},
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = set_level(
                invoice,
                given["level"],
                seen=given["seen"],
                deadline_on=given["deadline_on"],
                reason=given["reason"],
                person=request.user,
            )
        except LevelRefusal as refusal:
            messages.error(request, str(refusal))
        else:
            say = _("The invoice is at level %(level)s.") % {"level": made.level}
            messages.success(request, say)
        return redirect(back)
    context = {"form": form, "back": back, **reminders(invoice)}
    return render(request, "dunning/invoice_level.html", context)


def levels_of(invoice: Invoice) -> list[tuple[int, str]]:
    """The levels of the policy of its client, and 0."""
    policy = policies_of(None, [invoice.client_id]).get(invoice.client_id)
    levels = policy.levels if policy else ()
    named = [(level.position, f"{level.position} {level.name}") for level in levels]
    return [(0, _("0 – not reminded, start over")), *named]
