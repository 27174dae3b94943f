"""The entries of a bank file as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from billing.models import BankEntry
from billing.tables import NUMBER, AmountColumn, DayColumn

if TYPE_CHECKING:
    from django.utils.safestring import SafeString


class EntryTable(tables.Table):
    """What the file says, and what became of each entry."""

    value_on = DayColumn(verbose_name=_("Value date"))
    name = tables.Column(
        verbose_name=_("Payer"),
        empty_values=(),
        linkify=lambda record: reverse("bank_entry", args=[record.pk]),
    )
    text = tables.Column(orderable=False, empty_values=())
    amount = AmountColumn(field="amount")
    client = tables.Column(
        verbose_name=_("Client"), default="", order_by=("client__name", "pk")
    )
    credit = tables.Column(
        verbose_name=_("Payment"), orderable=False, empty_values=(), attrs=NUMBER
    )
    state = tables.Column(attrs={"td": {"class": "text-nowrap"}})

    class Meta:
        model = BankEntry
        fields = ()
        sequence = ("value_on", "name", "text", "amount", "client", "credit", "state")

    def render_name(self, record: BankEntry) -> str:
        """The payer; a card payment or a fee has none."""
        return record.name or record.iban or "–"

    def render_text(self, record: BankEntry) -> str:
        """What the payer wrote, or the reference."""
        return (record.text or record.reference or record.end_to_end)[:80]

    def render_client(self, record: BankEntry) -> str:
        """The name."""
        return record.client.name if record.client else ""

    def render_credit(self, record: BankEntry) -> SafeString | str:
        """The payment that was booked, or taken back."""
        made = record.credit or record.returns
        if made is None:
            return ""
        address = reverse("payment", args=[made.pk])
        return format_html('<a href="{}">{}</a>', address, made.number)
