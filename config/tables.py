"""The list of clients: its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import django_tables2 as tables
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing.rules.money import from_units
from billing.tables import NUM, NUMBER
from clients.templatetags.format import amount

if TYPE_CHECKING:
    from moneyed import Money


class FigureColumn(tables.Column):
    """An amount in the currency of the column; empty where it is nothing."""

    def __init__(self, label: str, code: str) -> None:
        self.code = code
        super().__init__(attrs=NUM, verbose_name=label)

    def render(self, value: int) -> str:
        """The figure with its currency's decimals; it comes in thousandths."""
        return amount(from_units(value, self.code)) if value else ""

    def value(self, value: int) -> Money:
        """The same for a file, nothing included."""
        return from_units(value, self.code)


class ClientTable(tables.Table):
    """Clients; the figures of each currency in columns of their own."""

    number = tables.Column(verbose_name=_("Number"), attrs=NUMBER)
    name = tables.Column(
        verbose_name=_("Name"),
        linkify=lambda record: reverse("client", args=[record["pk"]]),
        order_by=("search", "number"),
    )
    city = tables.Column(verbose_name=_("City"), default="")
    invoices = tables.Column(verbose_name=_("Invoices"), attrs=NUM)

    class Meta:
        order_by = "name"
