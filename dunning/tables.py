"""Lists of a run: its letters, and the invoices left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from clients.badges import badge
from clients.templatetags import format as written
from delivery.showing import standing_badge
from dunning import reasons
from dunning.models import Notice, RunLine
from dunning.rules.dossier import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest
    from django.utils.safestring import SafeString

NUM = {"th": {"class": "num"}, "td": {"class": "num"}}
NUMBER = {"td": {"class": "number"}}


class LetterTable(tables.Table):
    """The letters of an issued run, and how far their e-mails got."""

    number = tables.Column(verbose_name=_("Letter"), attrs=NUMBER)
    client = tables.Column(verbose_name=_("Client"), order_by=("client__name",))
    level = tables.Column(verbose_name=_("Level"))
    invoices = tables.Column(verbose_name=_("Invoices"), empty_values=(), attrs=NUM)
    total = tables.Column(
        verbose_name=_("To pay"), order_by=("currency", "total"), attrs=NUM
    )
    deadline_on = tables.Column(verbose_name=_("Deadline"), attrs=NUM)
    channel = tables.Column(
        verbose_name=_("Sent by"), empty_values=(), order_by=("email",)
    )
    mail = tables.Column(verbose_name=_("E-mail"), empty_values=(), orderable=False)
    pdf = tables.Column(
        verbose_name="PDF",
        empty_values=(),
        orderable=False,
        exclude_from_export=True,
    )

    class Meta:
        model = Notice
        fields = (
            "number",
            "client",
            "level",
            "invoices",
            "total",
            "deadline_on",
            "channel",
            "mail",
            "pdf",
        )

    def __init__(
        self, *args: Any, standings: Mapping[str, str], **options: Any
    ) -> None:
        """`standings` of the messages, by number of the letter."""
        super().__init__(*args, **options)
        self.standings = standings

    def render_number(self, record: Notice) -> SafeString:
        """The number leads to the letter."""
        return format_html(
            '<a class="text-nowrap" href="{}">{}</a>',
            reverse("notice", args=[record.pk]),
            record.number,
        )

    def render_client(self, record: Notice) -> SafeString:
        """The client, to its page."""
        return client_link(record)

    def value_client(self, record: Notice) -> str:
        """The name alone, for a file."""
        return record.client.name

    def render_level(self, record: Any) -> SafeString:
        """Position and name, as they were when it was issued; or that it is void."""
        level = f"{record.level} {record.level_name}"
        void = badge(gettext("withdrawn"), "secondary") if record.withdrawn_at else ""
        return format_html("{} {}", level, void) if void else format_html("{}", level)

    def render_total(self, record: Notice) -> str:
        """What the letter asks for."""
        return written.money(record.total)

    def render_deadline_on(self, record: Notice) -> str:
        """The new deadline."""
        return written.day(record.deadline_on)

    def render_channel(self, record: Any) -> str:
        """The address, or paper, and the day it was posted."""
        if record.posted_on:
            posted = written.day(record.posted_on)
            return gettext("Posted on %(day)s") % {"day": posted}
        return record.email or gettext("Print")

    def render_mail(self, record: Notice) -> str:
        """How far the e-mail got."""
        standing = self.standings.get(record.number)
        return standing_badge(standing) if standing else "–"

    def render_pdf(self, record: Notice) -> SafeString:
        """The letter itself."""
        return format_html(
            '<a href="{}" target="_blank" rel="noopener">PDF</a>',
            reverse("notice_pdf", args=[record.pk]),
        )


class LeftOutTable(tables.Table):
    """Late invoices that gained no level, with the reason."""

    client = tables.Column(
        verbose_name=_("Client"), order_by=("client__name", "invoice__due_on")
    )
    invoice = tables.Column(
        verbose_name=_("Invoice"), order_by=("invoice__number",), attrs=NUMBER
    )
    due_on = tables.Column(verbose_name=_("Due"), accessor="invoice__due_on", attrs=NUM)
    days_overdue = tables.Column(verbose_name=_("Days late"), attrs=NUM)
    open = tables.Column(
        verbose_name=pgettext_lazy("amount", "Open"),
        order_by=("currency", "open"),
        attrs=NUM,
    )
    reason = tables.Column(verbose_name=_("Reason"), empty_values=())
    detail = tables.Column(verbose_name=_("Detail"), empty_values=(), orderable=False)

    class Meta:
        model = RunLine
        fields = (
            "client",
            "invoice",
            "due_on",
            "days_overdue",
            "open",
            "reason",
            "detail",
        )

    def render_client(self, record: RunLine) -> SafeString:
        """The client, to its page."""
        return client_link(record)

    def value_client(self, record: RunLine) -> str:
        """The name alone, for a file."""
        return record.client.name

    def render_invoice(self, record: RunLine) -> SafeString:
        """The invoice, to its reminders."""
        return format_html(
            '<a href="{}">{}</a>',
            reverse("invoice_reminders", args=[record.invoice_id]),
            record.invoice.number,
        )

    def render_due_on(self, record: RunLine) -> str:
        """The original due date."""
        return written.day(record.invoice.due_on)

    def render_open(self, record: RunLine) -> str:
        """What is open, with its currency: the list holds several."""
        return written.money(record.open)

    def render_reason(self, record: RunLine) -> str:
        """The reason in two or three words."""
        return reasons.label(record.reason)

    def render_detail(self, record: RunLine) -> str:
        """The reason as a sentence; with where something can be done about it."""
        words = self.value_detail(record)
        if "answer" in record.detail:
            return format_html("{} {}", words, answer_link(self.request, record))
        if record.reason != Reason.COVERED_BY_CREDIT:
            return words
        return format_html("{} {}", words, allocate_link(self.request, record))

    def value_detail(self, record: RunLine) -> str:
        """The reason as a sentence, with its dates and figures."""
        return reasons.explain(record.reason, record.detail)


class ChangedTable(LeftOutTable):
    """Ticked lines that turned out otherwise than proposed."""

    def render_reason(self, record: RunLine) -> str:
        """Dropped for a reason, or issued with another amount."""
        if record.reason:
            return reasons.label(record.reason)
        return gettext("Issued with another amount")

    def value_detail(self, record: RunLine) -> str:
        """What was proposed, and what it came to: "paid on …", "400.00 → 150.00"."""
        was = record.detail.get("was")
        why = reasons.explain(record.reason, record.detail) if record.reason else ""
        if not was:
            return why
        before = reasons.amount_in_words(was, record.currency)
        if record.reason:
            proposed = gettext("%(was)s were open when it was proposed.")
            return f"{why} {proposed % {'was': before}}"
        return f"{before} → {written.money(record.open)}"


def allocate_link(request: HttpRequest, record: RunLine) -> SafeString | str:
    """Where the credits of a client are put to its invoices, and back (4.7)."""
    if not request.user.has_perm("billing.book_payment"):
        return ""
    there = reverse("client_allocate", args=[record.client_id, record.currency])
    credit = reasons.amount_in_words(record.detail.get("credit", 0), record.currency)
    return format_html(
        '<a class="text-nowrap" href="{}?{}">{}</a>',
        there,
        urlencode({"next": request.get_full_path()}),
        gettext("Allocate credits of %(sum)s") % {"sum": credit},
    )


def answer_link(request: HttpRequest, record: RunLine) -> SafeString | str:
    """Where somebody decides on what the client answered, and back."""
    if not request.user.has_perm("statements.decide_answer"):
        return ""
    return format_html(
        '<a class="text-nowrap" href="{}?{}">{}</a>',
        reverse("answer", args=[record.detail["answer"]]),
        urlencode({"next": request.get_full_path()}),
        gettext("Decide"),
    )


def client_link(record: Notice | RunLine) -> SafeString:
    """Name and number of the client, leading to its page."""
    return format_html(
        '<span><a href="{}">{}</a>'
        ' <span class="text-secondary text-nowrap">{}</span></span>',
        reverse("client", args=[record.client_id]),
        record.client.name,
        record.client.number,
    )
