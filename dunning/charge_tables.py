"""The list of fees, interest and lump sums that letters charged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters as filters
import django_tables2 as tables
from django import forms
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from billing.tables import NUMBER, AmountColumn, DayColumn, ListFilter
from clients.models import search_key
from clients.templatetags.format import amount
from dunning.models import Charge

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.utils.safestring import SafeString
    from moneyed import Money


class ChargeTable(tables.Table):
    """Charges with what is open of them."""

    dated_on = DayColumn(verbose_name=_("Date"), order_by=("dated_on", "pk"))
    kind = tables.Column(linkify=lambda record: reverse("charge", args=[record.pk]))
    notice = tables.Column(
        verbose_name=_("Letter"),
        order_by=("notice__number",),
        linkify=lambda record: reverse("notice", args=[record.notice_id]),
        attrs=NUMBER,
    )
    client = tables.Column(
        verbose_name=_("Client"),
        order_by=("client__search", "pk"),
        linkify=lambda record: reverse("client_dunning", args=[record.client_id]),
    )
    invoice = tables.Column(
        verbose_name=_("Invoice"), order_by=("invoice__number",), default=""
    )
    amount = AmountColumn(field="amount")
    open = AmountColumn(field="open")
    currency = tables.Column(verbose_name=_("Currency"))

    class Meta:
        model = Charge
        fields = ()
        order_by = "-dated_on"

    def render_client(self, record: Charge) -> str:
        """The name; the number is on the client's own page."""
        return record.client.name

    def render_open(self, value: Money) -> SafeString | str:
        """Loud where something is owed."""
        return format_html("<strong>{}</strong>", amount(value)) if value else ""


class ChargeFilter(ListFilter):
    """The filters of the list, all in the address."""

    kind = filters.ChoiceFilter(
        label=_("Kind"), choices=Charge.Kind.choices, empty_label=_("All")
    )
    currency = filters.ChoiceFilter(label=_("Currency"), choices=[], empty_label=None)
    open = filters.BooleanFilter(
        label=_("Open only"), method="narrow", widget=forms.CheckboxInput
    )

    def search(self, rows: Any, _name: str, text: str) -> Any:
        """Part of a letter's or invoice's number, or of the client's name."""
        return rows.filter(
            Q(notice__number__icontains=text)
            | Q(invoice__number__icontains=text)
            | Q(client__search__contains=search_key(text))
            | Q(client__number__icontains=text)
        )

    def narrow(
        self, rows: QuerySet[Charge], _name: str, open_only: bool
    ) -> QuerySet[Charge]:
        """Only what is owed still."""
        return rows.filter(open__gt=0) if open_only else rows
