"""The list of invoices that come back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing.drafts import totals_of
from billing.models import Recurrence
from billing.recurrences import STATES, next_days, state_of
from billing.tables import NUM
from clients.templatetags.format import day
from clients.templatetags.format import money as written

if TYPE_CHECKING:
    from datetime import date

    from django.utils.safestring import SafeString
    from django_stubs_ext import StrOrPromise
    from moneyed import Money

    from billing.rules.bill import Rate

HOW = {
    (False, False): _("as a draft"),
    (True, False): pgettext_lazy("recurring invoice", "issued"),
    (True, True): _("issued and sent"),
}


class RecurrenceTable(tables.Table):
    """What comes back, when next, for how much, and how."""

    client = tables.Column(
        verbose_name=_("Client"),
        accessor="draft__client",
        order_by=("draft__client__name", "pk"),
        linkify=lambda record: reverse("recurrence", args=[record.pk]),
    )
    title = tables.Column(
        verbose_name=_("Subject"), accessor="draft__title", default="", orderable=False
    )
    every_months = tables.Column(verbose_name=_("How often"))
    next_on = tables.Column(
        verbose_name=_("Next date"), empty_values=(), orderable=False, attrs=NUM
    )
    total = tables.Column(
        verbose_name=_("Amount"), empty_values=(), orderable=False, attrs=NUM
    )
    how = tables.Column(verbose_name=_("Comes"), empty_values=(), orderable=False)
    state = tables.Column(verbose_name=_("State"), empty_values=(), orderable=False)

    class Meta:
        model = Recurrence
        fields = ()
        order_by = "client"

    def __init__(self, rows: Any, *, rates: dict[str, Rate], **options: Any) -> None:
        self.rates = rates
        super().__init__(rows, **options)

    def render_client(self, record: Recurrence) -> str:
        """The name; it leads to the recurring invoice."""
        return record.draft.client.name

    def value_next_on(self, record: Any) -> date | None:
        """The next day, nothing when there is none."""
        days = next_days(record, 1, record.made_on)
        return days[0] if days and not record.paused else None

    def render_next_on(self, record: Any) -> str:
        """The same in figures."""
        return day(self.value_next_on(record)) or "–"

    def value_total(self, record: Recurrence) -> Money | None:
        """What the pattern comes to; nothing where a VAT code is no longer known."""
        try:
            return totals_of(record.draft, self.rates).total
        except KeyError:
            return None

    def render_total(self, record: Recurrence) -> str:
        """The same in words."""
        return written(self.value_total(record)) or "–"

    def render_how(self, record: Recurrence) -> StrOrPromise:
        """What happens by itself."""
        return HOW[record.issues_itself, record.sends_itself]

    def value_state(self, record: Any) -> str:
        """The state in words."""
        return str(STATES[state_of(record, record.made_on)])

    def render_state(self, record: Any) -> SafeString:
        """The state as a badge, and whether something could not be issued."""
        return render_to_string(
            "billing/_recurrence_state.html",
            {
                "state": state_of(record, record.made_on),
                "name": self.value_state(record),
                "problems": record.problems,
            },
        )
