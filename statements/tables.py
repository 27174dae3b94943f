"""The list of issued statements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from billing.rules.money import money
from clients.templatetags import format as written
from statements.models import Statement

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.safestring import SafeString

NUM = {"th": {"class": "num"}, "td": {"class": "num"}}
NUMBER = {"td": {"class": "number"}}


class StatementTable(tables.Table):
    """What was issued, for whom, to what amount, and whether it left."""

    number = tables.Column(
        linkify=lambda record: reverse("statement", args=[record.pk]), attrs=NUMBER
    )
    client = tables.Column(
        verbose_name=_("Client"),
        order_by=("client__name", "number"),
        linkify=lambda record: reverse("client", args=[record.client_id]),
    )
    kind = tables.Column()
    period = tables.Column(
        verbose_name=_("period"), empty_values=(), order_by=("end", "start")
    )
    closing = tables.Column(
        verbose_name=_("closing balance"),
        accessor="figures",
        orderable=False,
        attrs=NUM,
    )
    issued_at = tables.Column(verbose_name=_("issued"))
    issued_by = tables.Column(verbose_name=_("by"), orderable=False)
    sent = tables.Column(
        verbose_name=_("e-mail"),
        accessor="message_state",
        orderable=False,
        empty_values=(),
    )

    class Meta:
        model = Statement
        fields = ()
        order_by = "-issued_at"

    def render_client(self, record: Statement) -> str:
        """The name; the number is on the client's own page."""
        return record.client.name

    def render_period(self, record: Statement) -> str:
        """First and last day; the last alone for open items."""
        if record.kind == Statement.Kind.OPEN_ITEMS:
            return written.day(record.end)
        return f"{written.day(record.start)} – {written.day(record.end)}"

    def render_closing(self, value: dict[str, Any]) -> SafeString:
        """One amount per currency; they are never added."""
        return format_html_join(
            mark_safe("<br>"),
            "{}",
            (
                (written.money(money(section["closing"], section["currency"])),)
                for section in value["sections"]
            ),
        )

    def render_issued_at(self, value: datetime) -> str:
        """The day, here."""
        return written.day(localtime(value).date())

    def render_sent(self, value: str | None) -> SafeString:
        """The state of the latest e-mail."""
        return render_to_string("delivery/_message_state.html", {"state": value})
