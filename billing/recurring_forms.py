"""The form of an invoice that comes back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.entry_forms import DayField
from billing.models import Recurrence

# A slip in the first date would make invoices for years at once.
BACK = timedelta(366)


class RecurrenceForm(forms.Form):
    """How often, from when to when, and what happens by itself."""

    every_months = forms.TypedChoiceField(
        label=_("How often"), choices=Recurrence.Every.choices, coerce=int
    )
    first_on = DayField(
        label=_("First date"),
        help_text=_("All others are counted from it: 31 January, 28 February."),
    )
    last_on = DayField(
        label=_("Last date"), required=False, help_text=_("Empty: without end.")
    )
    issues_itself = forms.BooleanField(
        label=_("Issue it by itself, without a look at the draft"), required=False
    )
    sends_itself = forms.BooleanField(
        label=_("Send it by e-mail, with the usual text"), required=False
    )

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        self.today = today
        super().__init__(*args, **options)

    def clean_first_on(self) -> date:
        """A day that is not long past."""
        day: date = self.cleaned_data["first_on"]
        if "first_on" in self.changed_data and day < self.today - BACK:
            raise forms.ValidationError(
                gettext("It lies more than a year back: so many would be made at once.")
            )
        return day

    def clean(self) -> dict[str, Any]:
        """Dates in their order; nothing is sent that is not issued."""
        values = super().clean() or self.cleaned_data
        first, last = values.get("first_on"), values.get("last_on")
        if first and last and last < first:
            self.add_error("last_on", gettext("It lies before the first date."))
        if values.get("sends_itself") and not values.get("issues_itself"):
            self.add_error(
                "sends_itself", gettext("Only what is issued by itself can be sent so.")
            )
        return values


class ResumeForm(forms.Form):
    """What becomes of the days that passed in a pause."""

    catch_up = forms.BooleanField(
        label=_("Make up for the days missed meanwhile"), required=False
    )
