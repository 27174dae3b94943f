"""How one client is reminded: on which terms, and whether at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import number_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from clients.facts import resolved
from clients.models import Client, Purpose
from dunning.actions.choices import choose_terms
from dunning.actions.holds import HoldRefusal, hold
from dunning.client_forms import BlockForm, terms_form
from dunning.facts.open_charges import shown
from dunning.facts.plans import standings
from dunning.facts.promises import promise_counts, with_outcomes
from dunning.facts.terms import least_rate
from dunning.models import Charge, ClientTerms, Hold, PaymentPlan, Policy

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from dunning.client_forms import TermsForm

MAY_CHOOSE, MAY_BLOCK = "clients.change_client", "dunning.hold_dunning"


@permission_required("dunning.view_run", raise_exception=True)
def client_dunning(request: HttpRequest, pk: int) -> HttpResponse:
    """The terms, the blocks, and who gets the reminders; what is sent changes it."""
    client = get_object_or_404(Client, pk=pk)
    own = ClientTerms.objects.filter(client=client).select_related("policy").first()
    chosen = "choose" in request.POST
    terms = terms_form(request.POST if chosen else None, own)
    today = localdate()
    block = BlockForm(request.POST if "block" in request.POST else None, today=today)
    if request.method == "POST":
        allowed = request.user.has_perm(MAY_CHOOSE if chosen else MAY_BLOCK)
        if not allowed:
            raise PermissionDenied
        done = choose(request, client, terms) or stop(request, client, block)
        if done:
            return redirect("client_dunning", pk)
    holds = Hold.objects.filter(client=client).select_related("invoice", "person")
    context = {
        "client": client,
        "terms_form": terms,
        "block_form": block,
        "own": own,
        "default": Policy.objects.filter(is_default=True).first(),
        "holds": with_outcomes(holds.order_by("released_on", "-pk"), today),
        "promised": promise_counts([pk], today).get(pk),
        "plans": standings(PaymentPlan.objects.filter(client=client), today),
        "charges": shown(Charge.objects.filter(client=client)),
        "today": today,
        "recipient": resolved(client)[Purpose.REMINDER],
        "may_choose": request.user.has_perm(MAY_CHOOSE),
        "may_block": request.user.has_perm(MAY_BLOCK),
    }
    return render(request, "dunning/client_dunning.html", context)


def choose(request: HttpRequest, client: Client, form: TermsForm) -> bool:
    """Store the terms that were agreed, if any were sent."""
    if not form.is_bound or not form.is_valid():
        return False
    terms = form.terms()
    if choose_terms(client, form.cleaned_data["policy"], terms, request.user):
        messages.success(request, _("The terms of the client are kept."))
    least = least_rate(client, localdate())
    if terms.agreed_rate and least and terms.agreed_rate < least:
        messages.warning(
            request,
            _(
                "In France no less than %(least)s %% may be agreed (three times the "
                "legal rate): that is what is charged."
            )
            % {"least": number_format(least, 2)},
        )
    return True


def stop(request: HttpRequest, client: Client, form: BlockForm) -> bool:
    """Block the client, if that was asked for."""
    if not form.is_bound or not form.is_valid():
        return False
    given = form.cleaned_data
    try:
        hold(
            client,
            None,
            Hold.Kind.HOLD,
            since=localdate(),
            until=given["until"],
            reason=given["reason"],
            person=request.user,
        )
    except HoldRefusal as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("The client is blocked from dunning."))
    return True
