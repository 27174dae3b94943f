"""What the report of the effect is narrowed to."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.entry_forms import DayField
from billing.lists import currencies
from clients.models import Client
from dunning.facts.effect import Scope

if TYPE_CHECKING:
    from datetime import date

YEAR = timedelta(days=364)


class EffectForm(forms.Form):
    """A period of letters; the last year where none is given."""

    first = DayField(label=_("Letters from"), required=False)
    last = DayField(label=_("Until and including"), required=False)
    currency = forms.ChoiceField(label=_("Currency"), required=False)
    client = forms.ModelChoiceField(
        Client.objects.all(), required=False, widget=forms.HiddenInput
    )

    def __init__(self, data: Any, *, today: date) -> None:
        self.today = today
        given = data.dict() if hasattr(data, "dict") else dict(data)
        for name, day in (("first", today - YEAR), ("last", today)):
            given[name] = given.get(name) or day
        super().__init__(given)
        codes = [(code, code) for code in currencies()]
        field = self.fields["currency"]
        field.choices = [("", _("all")), *codes]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A period that begins before it ends."""
        values = super().clean() or self.cleaned_data
        first, last = values.get("first"), values.get("last")
        if first and last and last < first:
            self.add_error("last", gettext("The period ends before it begins."))
        return values

    def scope(self) -> Scope:
        """What was chosen."""
        given = self.cleaned_data
        client = given["client"]
        return Scope(
            given["first"], given["last"], given["currency"], client and client.pk
        )
