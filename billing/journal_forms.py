"""The period of a journal."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from billing.bookings import Period

if TYPE_CHECKING:
    from collections.abc import Iterable

DAYS = ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"]
FIRST, LAST = date(1990, 1, 1), date(2100, 12, 31)


def day_field(label: Any) -> forms.DateField:
    """A day from the browser's own field."""
    return forms.DateField(
        label=label,
        input_formats=DAYS,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class PeriodForm(forms.Form):
    """From when to when, and in which currency."""

    start = day_field(_("From"))
    end = day_field(_("To"))
    currency = forms.ChoiceField(label=_("Currency"), required=False)

    def __init__(self, data: Any, currencies: Iterable[str]) -> None:
        super().__init__(data)
        field = self.fields["currency"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        every = ("", pgettext("currencies", "All"))
        field.choices = [every, *((code, code) for code in currencies)]

    def clean_start(self) -> date:
        """Within what can be dated at all."""
        return self._known(self.cleaned_data["start"])

    def clean_end(self) -> date:
        """Within what can be dated at all, and not before the first day."""
        end = self._known(self.cleaned_data["end"])
        if end < self.cleaned_data.get("start", FIRST):
            raise forms.ValidationError(_("The last day lies before the first."))
        return end

    def period(self) -> Period:
        """The period of a form that is right."""
        given = self.cleaned_data
        return Period(given["start"], given["end"], given["currency"])

    @staticmethod
    def _known(day: date) -> date:
        if not FIRST <= day <= LAST:
            raise forms.ValidationError(_("Choose a day between 1990 and 2100."))
        return day
