"""The list of what recipients answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from clients.badges import badge
from clients.templatetags import format as written
from dunning.claims import claim_of
from statements.models import Answer

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

COLOURS = {"pending": "orange", "confirmed": "green", "declined": "secondary"}


class AnswerTable(tables.Table):
    """Answers with their invoices, and what became of them."""

    created_at = tables.Column(
        verbose_name=_("Received"),
        linkify=lambda record: reverse("answer", args=[record.pk]),
        attrs={"td": {"class": "number"}},
    )
    client = tables.Column(
        verbose_name=_("Client"),
        order_by=("client__search", "pk"),
        linkify=lambda record: reverse("client", args=[record.client_id]),
    )
    said = tables.Column(
        verbose_name=_("Answer"), empty_values=(), order_by=("kind", "day")
    )
    invoices = tables.Column(
        verbose_name=_("Invoices"), empty_values=(), orderable=False
    )
    state = tables.Column(verbose_name=_("State"))
    note = tables.Column(verbose_name=_("Note"), orderable=False, default="")

    class Meta:
        model = Answer
        fields = ()
        order_by = "-created_at"

    def render_created_at(self, record: Answer) -> str:
        """The day it came."""
        return written.localday(localtime(record.created_at))

    def render_client(self, record: Answer) -> str:
        """The name; the number is on the client's own page."""
        return record.client.name

    def render_said(self, record: Answer) -> str:
        """What was said, in one line."""
        return claim_of(record)

    def render_invoices(self, record: Answer) -> SafeString:
        """Their numbers, each leading to its reminders, with what is open."""
        return format_html_join(
            "",
            '<div><a href="{}">{}</a> <span class="text-secondary">{}</span></div>',
            (
                (
                    reverse("invoice_reminders", args=[part.invoice_id]),
                    part.invoice.number,
                    written.money(part.invoice.open),
                )
                for part in record.parts.all()
            ),
        )

    def value_invoices(self, record: Answer) -> str:
        """Their numbers alone, for a file."""
        return ", ".join(part.invoice.number for part in record.parts.all())

    def render_state(self, record: Answer) -> SafeString:
        """To be confirmed, or who decided how."""
        shown = badge(record.get_state_display(), COLOURS[record.state])
        if record.decided_at is None:
            return shown
        on = written.localday(localtime(record.decided_at))
        return format_html(
            '{} <span class="text-secondary">{} {}</span>',
            shown,
            record.decided_by or "",
            on,
        )

    def value_state(self, record: Any) -> str:
        """The state alone, for a file."""
        return str(record.get_state_display())
