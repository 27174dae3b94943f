"""Paying played through on one's own machine: no provider, and no money moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from payments import PaymentError, PaymentStatus, RedirectNeeded
from payments.dummy import DummyProvider
from payments.forms import PaymentForm

from delivery.links import others_can_open

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from billing.models import Checkout


class TryingForm(PaymentForm):
    """What the bank of the payer would say."""

    status = forms.ChoiceField(
        label=_("What happens"),
        choices=[
            (PaymentStatus.CONFIRMED, _("The payment succeeds")),
            (PaymentStatus.REJECTED, _("The card is declined")),
            (PaymentStatus.PREAUTH, _("The bank takes its time to confirm")),
        ],
        initial=PaymentStatus.CONFIRMED,
        widget=forms.RadioSelect,
    )


class TryingProvider(DummyProvider):
    """The dummy of django-payments, with a form that anybody understands.

    In contrast to that one it does nothing when a page is looked at, believes nothing
    that an address says, and is of no use where others can come.
    """

    def get_form(self, payment: Checkout, data: Any = None) -> TryingForm:
        """Ask what happens; once told, say where the payer goes on."""
        if others_can_open():
            raise PaymentError("Paying is played on one's own machine only.")
        form = TryingForm(
            data=data, hidden_inputs=False, provider=self, payment=payment
        )
        if form.is_valid():
            payment.change_status(form.cleaned_data["status"])
            raise RedirectNeeded(payment.get_success_url())
        return form

    def status(self, payment: Checkout) -> Checkout:
        """The bank that took its time has confirmed once the clock asks."""
        if payment.status == PaymentStatus.PREAUTH:
            payment.change_status(PaymentStatus.CONFIRMED)
        return payment

    def process_data(self, payment: Checkout, request: HttpRequest) -> HttpResponse:
        """Nobody reports of what is played."""
        return HttpResponseRedirect(payment.get_success_url())
