"""The list of drafts: its columns and filters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters as filters
import django_tables2 as tables
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing.drafts import totals_of
from billing.models import BillKind, Draft
from billing.tables import NUM, ListFilter
from clients.models import search_key
from clients.templatetags.format import localday
from clients.templatetags.format import money as written

if TYPE_CHECKING:
    from datetime import datetime

    from moneyed import Money

    from billing.rules.bill import Rate


class DraftTable(tables.Table):
    """Drafts with what they come to as they are."""

    client = tables.Column(
        verbose_name=_("Client"),
        order_by=("client__name", "-changed_at"),
        linkify=lambda record, table: table.address_of(record),
    )
    title = tables.Column(default="", orderable=False)
    kind = tables.Column(verbose_name=_("Kind"))
    changed_at = tables.Column(verbose_name=_("Changed"), attrs=NUM)
    created_by = tables.Column(
        verbose_name=_("By"), default="", order_by="created_by__username"
    )
    total = tables.Column(
        verbose_name=_("Total"), empty_values=(), orderable=False, attrs=NUM
    )

    # Beside the figure, in a file.
    currency = tables.Column(verbose_name=_("Currency"), visible=False)

    class Meta:
        model = Draft
        fields = ()
        order_by = "-changed_at"

    def __init__(
        self, rows: Any, *, rates: dict[str, Rate], writes: bool, **options: Any
    ) -> None:
        self.rates, self.writes = rates, writes
        super().__init__(rows, **options)

    def address_of(self, record: Draft) -> str | None:
        """The page of the draft, for whoever may write on it."""
        return reverse("draft", args=[record.pk]) if self.writes else None

    def render_client(self, record: Draft) -> str:
        """The name; it leads to the draft."""
        return record.client.name

    def render_changed_at(self, value: datetime) -> str:
        """The day of the last change."""
        return localday(value)

    def render_total(self, record: Draft) -> str:
        """What it comes to; a dash where a line bears a VAT code no longer known."""
        found = self.value_total(record)
        return "–" if found is None else written(found)

    def value_total(self, record: Draft) -> Money | None:
        """The same as a figure, for a file."""
        try:
            return totals_of(record, self.rates).total
        except KeyError:
            return None


class DraftFilter(ListFilter):
    """The filters of the list of drafts, all in the address."""

    kind = filters.ChoiceFilter(
        label=_("Kind"), choices=BillKind.choices, empty_label=_("All")
    )

    def search(self, rows: Any, _name: str, text: str) -> Any:
        """Part of the subject, or of the client's name or number."""
        found = Q(client__search__contains=search_key(text))
        return rows.filter(found | Q(title__icontains=text.strip()))
