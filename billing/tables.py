"""Lists of invoices and payments: their columns, their filters, their sums."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import django_filters as filters
import django_tables2 as tables
from django import forms
from django.db.models import Count
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from billing.models import Credit, Invoice, InvoiceMark, exact_sum
from billing.rules.money import from_units
from billing.searching import found_by
from billing.states import STATES, ListState, in_state, status_of
from clients.models import Client
from clients.templatetags.format import amount, day

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from django.db.models import QuerySet
    from django.utils.safestring import SafeString
    from moneyed import Money

    from billing.models.invoice import InvoiceQuerySet

# So many rows are added up on every page.
QUICK = 20_000
NUM = {"th": {"class": "num"}, "td": {"class": "num"}, "tf": {"class": "num"}}
NUMBER = {"td": {"class": "number"}}
DATE_FORMATS = ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"]


class AmountColumn(tables.Column):
    """An amount without its currency, right-aligned; sorted within a currency."""

    attrs = NUM

    def __init__(self, *, field: str = "", **options: Any) -> None:
        super().__init__(attrs=NUM, order_by=("currency", field), **options)

    def render(self, value: Money) -> str:
        """The figure with its currency's decimals."""
        return amount(value)


class DayColumn(tables.Column):
    """A date in figures."""

    attrs = NUM

    def render(self, value: date) -> str:
        """The date as this country writes it."""
        return day(value)


class InvoiceTable(tables.Table):
    """Invoices with what is open, by when, and in what state."""

    number = tables.Column(
        linkify=lambda record: reverse("invoice", args=[record.pk]), attrs=NUMBER
    )
    client = tables.Column(
        verbose_name=_("Client"),
        order_by=("client__search", "number"),
        linkify=lambda record: reverse("client", args=[record.client_id]),
    )
    issued_on = DayColumn(order_by=("issued_on", "number"))
    due_on = DayColumn(verbose_name=_("Due"))
    late = tables.Column(
        verbose_name=_("Days late"),
        empty_values=(),
        order_by=("-due_on",),
        attrs=NUM,
    )
    total = AmountColumn(field="total")
    open = AmountColumn(field="open")
    currency = tables.Column(verbose_name=_("Currency"))
    level = tables.Column(verbose_name=_("Level"), attrs=NUM)
    status = tables.Column(empty_values=(), orderable=False, verbose_name=_("Status"))

    class Meta:
        model = Invoice
        fields = ()
        sequence = (
            "number",
            "client",
            "issued_on",
            "due_on",
            "late",
            "total",
            "open",
            "currency",
            "level",
            "status",
        )
        order_by = "-issued_on"

    def __init__(self, rows: Any, *, today: date, **options: Any) -> None:
        self.today = today
        super().__init__(rows, **options)

    def render_client(self, record: Invoice) -> str:
        """The name; the number is on the client's own page."""
        return record.client.name

    def render_late(self, record: Invoice) -> str:
        """Days past the original due date, while something is open."""
        days = (self.today - record.due_on).days
        return str(days) if record.open and days > 0 else ""

    def value_late(self, record: Invoice) -> int | None:
        """The same as a number, for a file."""
        return int(self.render_late(record) or 0) or None

    def render_level(self, value: int) -> str:
        """The level reached; nothing before the first reminder."""
        return str(value) if value else ""

    def render_status(self, record: Any) -> SafeString:
        """The badge, and whether it is disputed."""
        return render_to_string(
            "_status.html",
            {
                "status": status_of(record, self.today),
                "level": record.level,
                "disputed": record.is_disputed and record.open,
            },
        )

    def value_status(self, record: Any) -> str:
        """The same in words, for a file."""
        words = [STATES[status_of(record, self.today)]]
        if record.is_disputed and record.open:
            words.append(InvoiceMark.Kind.DISPUTED.label)
        return ", ".join(str(word) for word in words)


class DayFilter(filters.DateFilter):
    """A date from the browser's own field."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            input_formats=DATE_FORMATS,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            **options,
        )


class ListFilter(filters.FilterSet):
    """What lists of invoices and payments can both be narrowed by."""

    q = filters.CharFilter(
        label=_("Search"),
        method="search",
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    client = filters.ModelChoiceFilter(
        queryset=Client.objects.all(), widget=forms.HiddenInput
    )

    def __init__(self, data: Any, rows: Any, currencies: list[str]) -> None:
        super().__init__(data, queryset=rows)
        if "currency" in self.filters:
            field = self.form.fields["currency"]
            field.choices = [
                ("", pgettext("currencies", "All")),
                *((code, code) for code in currencies),
            ]

    def search(self, rows: Any, _name: str, text: str) -> Any:
        """Part of a number, or of the client's name or number."""
        return found_by(rows, text)


class InvoiceFilter(ListFilter):
    """The filters of the list of invoices, all in the address."""

    status = filters.ChoiceFilter(
        label=_("Status"),
        method="narrow",
        choices=ListState.choices,
        empty_label=_("All"),
    )
    currency = filters.ChoiceFilter(label=_("Currency"), choices=[], empty_label=None)
    due_from = DayFilter(label=_("Due from"), field_name="due_on", lookup_expr="gte")
    due_to = DayFilter(label=_("Due to"), field_name="due_on", lookup_expr="lte")

    def __init__(
        self, data: Any, rows: Any, currencies: list[str], *, today: date
    ) -> None:
        self.today = today
        super().__init__(data, rows, currencies)

    def narrow(self, rows: InvoiceQuerySet, _name: str, state: str) -> InvoiceQuerySet:
        """By the state of today."""
        return in_state(rows, state, self.today)


class CreditTable(tables.Table):
    """Payments, credit notes and write-offs, with what is left of them."""

    number = tables.Column(
        linkify=lambda record: reverse("payment", args=[record.pk]), attrs=NUMBER
    )
    dated_on = DayColumn(verbose_name=_("Value date"), order_by=("dated_on", "number"))
    client = tables.Column(
        verbose_name=_("Client"),
        order_by=("client__search", "number"),
        linkify=lambda record: reverse("client", args=[record.client_id]),
    )
    kind = tables.Column()
    reference = tables.Column(orderable=False, default="")
    amount = AmountColumn(field="amount")
    unallocated = AmountColumn(field="unallocated")
    currency = tables.Column(verbose_name=_("Currency"))

    class Meta:
        model = Credit
        fields = ()
        order_by = "-dated_on"

    def render_client(self, record: Credit) -> str:
        """The name; the number is on the client's own page."""
        return record.client.name

    def render_kind(self, record: Credit) -> str:
        """What it is, and whether it came through a provider of payments."""
        kind = str(record.get_kind_display())
        online = _("%(kind)s, online") % {"kind": kind}
        return str(online) if record.is_online else kind

    def render_unallocated(self, value: Money) -> SafeString | str:
        """Loud where something waits to be put to an invoice."""
        return format_html("<strong>{}</strong>", amount(value)) if value else ""


class CreditFilter(ListFilter):
    """The filters of the list of payments, all in the address."""

    kind = filters.ChoiceFilter(
        label=_("Kind"), choices=Credit.Kind.choices, empty_label=_("All")
    )
    currency = filters.ChoiceFilter(label=_("Currency"), choices=[], empty_label=None)
    date_from = DayFilter(label=_("From"), field_name="dated_on", lookup_expr="gte")
    date_to = DayFilter(label=_("To"), field_name="dated_on", lookup_expr="lte")
    left = filters.BooleanFilter(
        label=_("Not allocated"), method="narrow", widget=forms.CheckboxInput
    )

    def narrow(self, rows: Any, _name: str, left: bool) -> Any:
        """Only what still waits to be put to an invoice."""
        return rows.filter(unallocated__above_zero=True) if left else rows


@dataclass(frozen=True, slots=True)
class Total:
    """The sums of a filtered list in one currency."""

    currency: str
    count: int
    whole: Money
    left: Money


def totals_within(
    asked: Mapping[str, str], rows: QuerySet[Any], whole: str, left: str, *, count: int
) -> list[Total] | None:
    """The sums of a list of so many rows; of very many only when they are asked for.

    Adding a million amounts up takes a second: None, and the page offers to.
    """
    if count <= QUICK or "sums" in asked:
        return totals(rows, whole, left)
    return None


def totals(rows: QuerySet[Any], whole: str, left: str) -> list[Total]:
    """The sums of two amount columns over all rows, by currency."""
    return [
        Total(code, count, from_units(full, code), from_units(rest, code))
        for code, count, full, rest in rows.order_by()
        .values_list("currency")
        .annotate(count=Count("pk"), full=exact_sum(whole), rest=exact_sum(left))
        .order_by("currency")
    ]
