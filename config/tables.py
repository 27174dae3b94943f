"""The list of clients: its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import django_tables2 as tables
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from billing.tables import NUM, NUMBER
from clients.templatetags.format import amount

if TYPE_CHECKING:
    from moneyed import Money


class FigureColumn(tables.Column):
    """An amount in the currency of the column; empty where it is nothing."""

    def __init__(self, label: str) -> None:
        super().__init__(attrs=NUM, verbose_name=label)

    def render(self, value: Money) -> str:
        """The figure with its currency's decimals."""
        return amount(value) if value else ""


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
