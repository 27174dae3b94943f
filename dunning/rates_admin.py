"""The reference rates in the admin, and a word when they have grown old."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from billing.templatetags.figures import figure
from clients.templatetags.format import day
from dunning.facts.rates import legal_rates, unchecked_tables
from dunning.models import Policy, Rate

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

EARLIEST = date(1900, 1, 1)
LOOK_AHEAD = timedelta(days=366)
LEAST, MOST = Decimal(-5), Decimal(30)
UNCHECKED = _(
    "%(table)s: checked up to %(day)s. Enter the rate of the half-year since, even if "
    "it is unchanged; until then the last one is used."
)
NO_RATE = _("%(table)s: no rate is known, so no interest rests on it.")


class RateForm(forms.ModelForm[Rate]):
    """A rate with where it was published; mistyped dates and figures are refused."""

    class Meta:
        model = Rate
        fields = ["table", "since", "percent", "source"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Who may charge interest must be able to show what it rests on."""
        super().__init__(*args, **kwargs)
        self.fields["source"].required = True

    def clean_since(self) -> date:
        """Neither from another century nor from far ahead."""
        since: date = self.cleaned_data["since"]
        if not EARLIEST <= since <= localdate() + LOOK_AHEAD:
            raise forms.ValidationError(
                _("Choose a date from 1900 to a year from today.")
            )
        return since

    def clean_percent(self) -> Decimal:
        """Reference rates were below zero, and never above 30."""
        percent: Decimal = self.cleaned_data["percent"]
        if not LEAST <= percent <= MOST:
            raise forms.ValidationError(_("Enter a rate from -5 to 30 %."))
        return percent


@admin.register(Rate)
class RateAdmin(admin.ModelAdmin[Rate]):
    """Reference rates; letters already issued keep the rates they were made with."""

    form = RateForm
    list_display = ["table", "since", "rate", "source"]
    list_filter = ["table"]
    date_hierarchy = "since"

    @admin.display(description=_("% a year"), ordering="percent")
    def rate(self, row: Rate) -> str:
        """As it is published, without the zeros of the database."""
        return figure(row.percent)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list; above it what the rates come to today, and tables grown old."""
        names = dict(Rate.Table.choices)
        for table, until in unchecked_tables(localdate()):
            text = NO_RATE if until is None else UNCHECKED
            said = {"table": names[table], "day": day(until)}
            messages.warning(request, text % said)
        laws = dict(Policy.Regime.choices)
        now = [(laws[row.law], row) for row in legal_rates(localdate())]
        return super().changelist_view(request, {**(extra_context or {}), "now": now})
