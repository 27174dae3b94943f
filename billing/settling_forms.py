"""Forms that give a part of an invoice up: loss, small difference, discount."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.entry_forms import AmountField, DayField, LineField, MoneyForm, not_later
from billing.models import Credit, Invoice
from billing.rules.money import money
from billing.rules.settling import in_time, largest_difference
from clients.templatetags.format import day
from clients.templatetags.format import money as written

if TYPE_CHECKING:
    from datetime import date

    from moneyed import Money


class DayForm(MoneyForm):
    """Something that is booked on a day that has come, once."""

    dated_on = DayField(label=_("Date"))
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(
        self, *args: Any, invoice: Invoice, today: date, **options: Any
    ) -> None:
        self.invoice, self.today = invoice, today
        super().__init__(*args, **options)

    def clean_dated_on(self) -> date:
        """Not before the invoice, not later than today."""
        on = not_later(self.cleaned_data["dated_on"], self.today)
        if on < self.invoice.issued_on:
            raise forms.ValidationError(
                gettext("The invoice is of %(day)s.")
                % {"day": day(self.invoice.issued_on)}
            )
        return on


class WriteOffForm(DayForm):
    """A part of an invoice given up, and why."""

    cause = forms.ChoiceField(
        label=_("What is it?"),
        choices=Credit.Cause.choices,
        widget=forms.RadioSelect,
        initial=Credit.Cause.LOSS,
    )
    amount = AmountField(label=_("Amount"))
    reason = LineField(label=_("Reason"), max_length=140)

    field_order = ["cause", "amount", "dated_on", "reason", "key"]

    def clean(self) -> dict[str, Any]:
        """The amount as money, in `money`: at most what is open, or the difference."""
        values = super().clean() or self.cleaned_data
        code = self.invoice.currency
        amount = self.take_amount("amount", code)
        if amount is not None:
            self._check(amount, values.get("cause", ""))
        values["money"] = amount
        return values

    def _check(self, amount: Money, cause: str) -> None:
        code = self.invoice.currency
        open_, limit = money(self.invoice.open, code), largest_difference(code)
        if amount.amount <= 0:
            self.add_error("amount", gettext("An amount must be more than zero."))
        elif amount > open_:
            text = gettext("Only %(open)s is open.")
            self.add_error("amount", text % {"open": written(open_)})
        elif cause == Credit.Cause.DIFFERENCE and amount > limit:
            text = gettext("A payment difference is at most %(limit)s.")
            self.add_error("amount", text % {"limit": written(limit)})


class DiscountForm(DayForm):
    """The discount that was offered on an invoice."""

    reason = LineField(
        label=_("Reason"),
        max_length=140,
        required=False,
        help_text=_("Needed when the days of the discount are over."),
    )

    def clean(self) -> dict[str, Any]:
        """A reason where it is late."""
        values = super().clean() or self.cleaned_data
        on, until = values.get("dated_on"), self.invoice.discount_until
        if on and not in_time(on, until) and not values.get("reason"):
            text = gettext("The days of the discount are over: say why it is granted.")
            self.add_error("reason", text)
        return values
