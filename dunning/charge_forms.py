"""Forms that waive fees and interest, or pay them with what is left of a payment."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.entry_forms import AmountField, DayField, LineField, MoneyForm, not_later
from billing.models import Credit
from billing.rules.money import money, zero
from clients.templatetags.format import day
from clients.templatetags.format import money as written
from dunning.facts.open_charges import credits_for

if TYPE_CHECKING:
    from datetime import date

    from moneyed import Money

    from dunning.models import Charge


class PartForm(MoneyForm):
    """A part of what is open of a charge."""

    amount = AmountField(label=_("Amount"))

    def __init__(self, *args: Any, charge: Charge, **options: Any) -> None:
        self.charge = charge
        self.left = money(charge.open, charge.currency)
        super().__init__(*args, **options)

    def clean(self) -> dict[str, Any]:
        """The amount as money, in `money`: no more than is open."""
        values = super().clean() or self.cleaned_data
        amount = self.take_amount("amount", self.charge.currency)
        if amount is not None:
            self.check_amount(amount)
        values["money"] = amount
        return values

    def check_amount(self, amount: Money) -> None:
        """More than nothing, and no more than there is."""
        most = self.most()
        if not zero(self.charge.currency) < amount <= most:
            text = gettext("More than nothing, and at most %(left)s.")
            self.add_error("amount", text % {"left": written(most)})

    def most(self) -> Money:
        """What is open."""
        return self.left


class WaiveForm(PartForm):
    """What is waived, and why."""

    reason = LineField(label=_("Reason"), max_length=300)
    left_seen = forms.CharField(widget=forms.HiddenInput, required=False)


class CreditField(forms.ModelChoiceField[Credit]):
    """A payment with what is left of it."""

    def label_from_instance(self, obj: Credit) -> str:
        """Number, day and what is left."""
        left = written(money(obj.unallocated, obj.currency))
        return f"{obj.number} · {day(obj.dated_on)} · {left}"


class PayForm(PartForm):
    """From which payment a charge is paid, how much of it, and on which day."""

    credit = CreditField(Credit.objects.none(), label=_("From"), empty_label=None)
    dated_on = DayField(label=_("Date"))
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    field_order = ["credit", "amount", "dated_on", "key"]

    def __init__(self, *args: Any, charge: Charge, today: date, **options: Any) -> None:
        self.today = today
        super().__init__(*args, charge=charge, **options)
        field = self.fields["credit"]
        field.queryset = credits_for(charge)  # type: ignore[attr-defined]

    def clean_dated_on(self) -> date:
        """A day that has come."""
        return not_later(self.cleaned_data["dated_on"], self.today)

    def most(self) -> Money:
        """What is open, or what is left of the payment."""
        credit = self.cleaned_data.get("credit")
        if credit is None:
            return self.left
        return min(self.left, money(credit.unallocated, credit.currency))


class OfferForm(forms.Form):
    """What a page offered to pay with one click."""

    credit = forms.IntegerField(min_value=1, max_value=2**63 - 1)
    charges = forms.CharField(max_length=2000)
    amount = forms.CharField(max_length=30)
    key = forms.UUIDField()

    def clean_charges(self) -> list[int]:
        """Their keys; none where they cannot be any."""
        parts = str(self.cleaned_data["charges"]).split(",")
        return [int(part) for part in parts if part.isascii() and part.isdigit()][:100]
