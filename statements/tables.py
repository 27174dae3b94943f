"""The lists of issued statements, and of those who get one or do not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.rules.money import money
from clients.templatetags import format as written
from delivery.showing import standing_badge
from statements.models import Statement

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.utils.safestring import SafeString

    from clients.models import Client
    from statements.bulk import Addressed
    from statements.rules.orders import Order

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
        accessor="number",
        orderable=False,
    )

    class Meta:
        model = Statement
        fields = ()
        order_by = "-issued_at"

    def __init__(self, *args: Any, **options: Any) -> None:
        """Standings are set by the page once it knows which statements it shows."""
        super().__init__(*args, **options)
        self.standings: Mapping[str, str] = {}

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

    def render_sent(self, value: str) -> SafeString:
        """How far the latest e-mail got."""
        return standing_badge(self.standings.get(value, ""))


class ClientTable(tables.Table):
    """What both lists begin with."""

    client = tables.Column(
        verbose_name=_("Client"),
        order_by="client__name",
        linkify=lambda record: reverse("client", args=[record.client.pk]),
    )
    closing = tables.Column(
        verbose_name=_("closing balance"),
        accessor="turn__closing",
        orderable=False,
        attrs=NUM,
        empty_values=(),
    )

    class Meta:
        order_by = ()

    def render_client(self, value: Client) -> str:
        """The name; the number is on the client's own page."""
        return value.name

    def render_closing(self, value: Any) -> SafeString | str:
        """One amount per currency; they are never added."""
        amounts = ((written.money(sum_),) for sum_ in value or ())
        return format_html_join(mark_safe("<br>"), "{}", amounts) or "–"


class TurnTable(ClientTable):
    """Who gets a statement, of which period, and how."""

    period = tables.Column(
        verbose_name=_("period"), accessor="turn__start", orderable=False
    )
    how = tables.Column(
        verbose_name=_("goes to"),
        accessor="email",
        order_by="email",
        empty_values=(),
    )

    class Meta(ClientTable.Meta):
        sequence = ("client", "period", "closing", "how")

    def __init__(self, rows: list[Addressed], *, order: Order) -> None:
        """`order` says up to which day, and whether it is sent."""
        super().__init__(rows)
        self.order = order

    def render_period(self, value: Any) -> str:
        """First and last day."""
        return f"{written.day(value)} – {written.day(self.order.end)}"

    def render_how(self, value: str) -> str:
        """The address, or that it is to be printed."""
        return value if value and self.order.send else gettext("to be printed")


class LeftOutTable(ClientTable):
    """Who gets none, and why."""

    reason = tables.Column(
        verbose_name=_("Reason"), accessor="turn__reason", orderable=True
    )

    class Meta(ClientTable.Meta):
        sequence = ("client", "reason", "closing")
