"""What is asked before a statement is made, and before it is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from clients.models import search_key
from statements.facts import period_refusal
from statements.models import Statement

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

DATE_FORMATS = ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"]
ONE_LINE = RegexValidator(r"[\r\n]", _("One line only."), inverse_match=True)
NO_BARE_ADDRESS = RegexValidator(
    r"@\[", _("Enter a valid email address."), inverse_match=True
)


class DayField(forms.DateField):
    """A date: ISO as browsers send it, or as it is written here; ASCII digits only."""

    def __init__(self, *, label: Any) -> None:
        super().__init__(
            label=label,
            input_formats=DATE_FORMATS,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        )

    def to_python(self, value: Any) -> date | None:
        """The date, refused where it is written in other digits than 0 to 9."""
        if isinstance(value, str) and not value.isascii():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class StatementForm(forms.Form):
    """The parameters of a statement; they stand in the address of its pages."""

    start = DayField(label=_("Start"))
    end = DayField(label=_("End"))
    kind = forms.ChoiceField(label=_("Kind"), choices=Statement.Kind.choices)
    unpaid_only = forms.BooleanField(
        label=_("Show only unpaid invoices"), required=False
    )

    @classmethod
    def of_address(cls, given: Mapping[str, str], today: date) -> StatementForm:
        """From a page's address; this year up to today where it says nothing."""
        defaults = {
            "start": today.replace(month=1, day=1).isoformat(),
            "end": today.isoformat(),
            "kind": Statement.Kind.ACTIVITY.value,
        }
        return cls({**defaults, **{name: given[name] for name in given}})

    def clean(self) -> dict[str, Any]:
        """Both days together must be a period."""
        cleaned = super().clean() or {}
        start, end = cleaned.get("start"), cleaned.get("end")
        if start and end and (reason := period_refusal(start, end)):
            self.add_error("start", reason)
        return cleaned

    def period(self) -> tuple[date, date] | None:
        """The first and last day, both included; none where they are no period."""
        if not self.is_valid():
            return None
        return self.cleaned_data["start"], self.cleaned_data["end"]

    def address(self, **change: Any) -> str:
        """The parameters as the query of a page's address.

        What is impossible of them is left out: that of a preset has days of its own.
        """
        self.is_valid()
        defaults: dict[str, Any] = {
            "kind": Statement.Kind.ACTIVITY.value,
            "unpaid_only": False,
        }
        chosen = defaults | self.cleaned_data | change
        return urlencode(
            {
                "start": chosen["start"].isoformat(),
                "end": chosen["end"].isoformat(),
                "kind": chosen["kind"],
                **({"unpaid_only": "on"} if chosen["unpaid_only"] else {}),
            }
        )


class RequestForm(forms.Form):
    """The key that makes a double click, or a browser's resend, one request."""

    request_key = forms.RegexField(regex=r"\A[0-9a-f]{32}\Z", widget=forms.HiddenInput)


class MailForm(forms.Form):
    """The e-mail as it will leave."""

    recipient = forms.EmailField(
        label=_("Recipient"), max_length=254, validators=[NO_BARE_ADDRESS]
    )
    subject = forms.CharField(label=_("Subject"), max_length=200, validators=[ONE_LINE])
    body = forms.CharField(
        label=_("Text"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 12})
    )


class SendForm(RequestForm, MailForm):
    """A statement that is issued and sent in one go."""


class SendAgainForm(MailForm):
    """A statement that is sent once more; `occasion` counts how often."""

    occasion = forms.IntegerField(min_value=1, max_value=999, widget=forms.HiddenInput)


class LinkForm(forms.Form):
    """A new link to a statement's page; `seen` is how many there were before."""

    seen = forms.IntegerField(min_value=0, max_value=999, widget=forms.HiddenInput)


class SearchForm(forms.Form):
    """What the list of statements is narrowed by."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )

    def words(self) -> str:
        """What is searched for, as clients are searched; nothing if it is unusable."""
        return search_key(self.cleaned_data.get("q", "")) if self.is_valid() else ""
