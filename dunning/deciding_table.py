"""The list "To decide": its columns and its filters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters as filters
import django_tables2 as tables
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.models import Invoice
from billing.tables import NUM, NUMBER, AmountColumn, DayColumn, ListFilter
from clients.templatetags.format import day

if TYPE_CHECKING:
    from datetime import date

    from django.utils.safestring import SafeString


class DecideTable(tables.Table):
    """Invoices after their last level, or of a broken plan, with what can be done."""

    client = tables.Column(
        verbose_name=_("Client"),
        order_by=("client__search", "number"),
        linkify=lambda record: reverse("client", args=[record.client_id]),
    )
    number = tables.Column(
        verbose_name=_("Invoice"),
        linkify=lambda record: reverse("invoice_reminders", args=[record.pk]),
        attrs=NUMBER,
    )
    open = AmountColumn(field="open")
    currency = tables.Column(verbose_name=_("Currency"))
    due_on = DayColumn(verbose_name=_("Due"))
    late = tables.Column(
        verbose_name=_("Days late"), empty_values=(), order_by=("-due_on",), attrs=NUM
    )
    level = tables.Column(verbose_name=_("Level"))
    letter = tables.Column(
        verbose_name=_("Last reminder"), orderable=False, attrs=NUMBER
    )
    why = tables.Column(verbose_name=_("Why"), empty_values=(), orderable=False)
    actions = tables.Column(
        verbose_name=_("Decide"),
        empty_values=(),
        orderable=False,
        exclude_from_export=True,
    )

    class Meta:
        model = Invoice
        fields = ()
        sequence = (
            *("client", "number", "open", "currency", "due_on", "late", "level"),
            *("letter", "why", "actions"),
        )
        order_by = "due_on"

    def __init__(
        self, rows: Any, *, today: date, address: str, perms: Any, **options: Any
    ) -> None:
        """`address` is this list as it is narrowed, to come back to."""
        self.today, self.address, self.perms = today, address, perms
        super().__init__(rows, **options)

    def render_client(self, record: Invoice) -> str:
        """The name; the number is on the client's own page."""
        return record.client.name

    def render_late(self, record: Invoice) -> int:
        """Days past the original due date."""
        return (self.today - record.due_on).days

    def render_level(self, record: Any) -> str:
        """The level with its name."""
        return f"{record.level} {record.level_name or ''}".strip()

    def render_letter(self, record: Any) -> SafeString:
        """The last letter leads to its page."""
        address = reverse("notice", args=[record.letter_id])
        return format_html('<a href="{}">{}</a>', address, record.letter)

    def value_letter(self, record: Any) -> str:
        """Its number alone, for a file."""
        return record.letter or ""

    def render_why(self, record: Any) -> SafeString | str:
        """A broken plan, or the deadline that passed."""
        words = self.value_why(record)
        if record.broken_plan:
            address = reverse("plan", args=[record.broken_plan])
            return format_html('<a href="{}">{}</a>', address, words)
        return words

    def value_why(self, record: Any) -> str:
        """The same in words, for a file."""
        if record.broken_plan:
            return gettext("The payment plan is broken.")
        return gettext("Deadline %(day)s passed.") % {"day": day(record.deadline_on)}

    def render_actions(self, record: Invoice) -> SafeString:
        """What can follow, each a link."""
        return render_to_string(
            "dunning/_decide_menu.html",
            {"invoice": record, "back": self.address, "perms": self.perms},
        )


class DecideFilter(ListFilter):
    """The filters of the list, all in the address."""

    currency = filters.ChoiceFilter(label=_("Currency"), choices=[], empty_label=None)
    why = filters.ChoiceFilter(
        label=_("Why"),
        method="narrow",
        choices=[("level", _("Last level")), ("plan", _("Broken payment plan"))],
        empty_label=_("All"),
    )

    def narrow(self, rows: Any, _name: str, why: str) -> Any:
        """Those of a broken plan, or the others."""
        return rows.filter(broken_plan__isnull=why != "plan")
