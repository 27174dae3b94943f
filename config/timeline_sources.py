"""What happens with a client: where each kind of event is read, and how it is told."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import F, Q
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from billing.models import CounterEntry, Credit, Invoice, InvoiceMark
from billing.rules.money import money as amount
from clients.models import ClientEvent
from clients.templatetags.format import day, money
from config.timeline_decisions import (
    answer,
    answer_decided,
    decided,
    hold,
    hold_released,
    level_set,
    mark,
    mark_ended,
    plan,
    plan_ended,
)
from config.timeline_event import Event, Source
from config.timeline_words import client_event
from delivery.models import Message
from dunning.models import (
    Arrival,
    ChargeEvent,
    Decision,
    Hold,
    LevelChange,
    Notice,
    PaymentPlan,
    Withdrawal,
)
from statements.models import Answer, Statement


def invoice(row: Invoice) -> Event:
    """An invoice, on its date."""
    return Event(
        row.issued_on,
        "file-invoice",
        _("Invoice %(number)s") % {"number": row.number},
        _("due %(day)s") % {"day": day(row.due_on)},
        money(row.total),
        str(row.created_by or ""),
        reverse("invoice", args=[row.pk]),
    )


def credit(row: Credit) -> Event:
    """A payment, credit note, write-off or discount, on its value date."""
    return Event(
        row.dated_on,
        "coins",
        f"{row.get_kind_display()} {row.number}",
        row.reference,
        money(row.amount),
        str(row.created_by or ""),
        reverse("payment", args=[row.pk]),
    )


def counter_entry(row: CounterEntry) -> Event:
    """A refund or a reversal."""
    return Event(
        row.dated_on,
        "refresh",
        f"{row.get_kind_display()} {row.number}",
        row.reason,
        money(row.amount),
        str(row.created_by or ""),
        reverse("payment", args=[row.credit_id]),
    )


def statement(row: Statement) -> Event:
    """A statement, on the day it was issued."""
    return Event(
        localtime(row.issued_at).date(),
        "report-money",
        _("Statement %(number)s") % {"number": row.number},
        f"{day(row.start)} – {day(row.end)}",
        closing_of(row),
        person=str(row.issued_by or ""),
        address=reverse("statement", args=[row.pk]),
    )


def closing_of(row: Statement) -> str:
    """What it closed with, in each of its currencies."""
    return ", ".join(
        money(amount(Decimal(section["closing"]), section["currency"]))
        for section in row.figures.get("sections", ())
    )


def notice(row: Notice) -> Event:
    """A reminder, on the date it bears."""
    return Event(
        row.run_on,
        "mail-exclamation",
        f"{row.level_name} {row.number}",
        _("pay by %(day)s") % {"day": day(row.deadline_on)},
        money(row.total),
        str(row.run.issued_by or ""),
        reverse("notice", args=[row.pk]),
    )


def posted(row: Arrival) -> Event:
    """A reminder that went by post, on the day somebody posted it."""
    return Event(
        row.on,
        "mail-exclamation",
        f"{row.notice.level_name} {row.notice.number}",
        _("Posted on %(day)s") % {"day": day(row.on)},
        person=str(row.person or ""),
        address=reverse("notice", args=[row.notice_id]),
    )


def withdrawn(row: Withdrawal) -> Event:
    """A reminder that was taken back, on that day, and why."""
    return Event(
        localtime(row.at).date(),
        "refresh",
        f"{row.notice.level_name} {row.notice.number}",
        " · ".join(part for part in (row.get_cause_display(), row.reason) if part),
        person=str(row.person or ""),
        address=reverse("notice", args=[row.notice_id]),
    )


def waived(row: ChargeEvent) -> Event:
    """Fees or interest that were given up, or claimed again after that."""
    return Event(
        row.happened_on,
        "coins",
        f"{row.charge.get_kind_display()}: {row.get_kind_display()}",
        f"{row.charge.notice.number} {row.reason}".strip(),
        money(abs(row.amount)),
        str(row.person or ""),
        reverse("charge", args=[row.charge_id]),
    )


def message(row: Message) -> Event:
    """An e-mail, on the day it was sent or put in the outbox, with its state."""
    return Event(
        localtime(row.sent_at or row.created_at).date(),
        "mail",
        row.subject,
        row.recipient,
        person=str(row.created_by or ""),
        address=reverse("message", args=[row.pk]),
        state=str(row.standing),
    )


def own(row: ClientEvent) -> Event:
    """What somebody did to the client itself."""
    title, text = client_event(row)
    return Event(
        localtime(row.created_at).date(),
        ICONS[ClientEvent.Kind(row.kind)],
        title,
        text,
        person=str(row.person or ""),
    )


ICONS = {
    ClientEvent.Kind.CHANGED: "pencil",
    ClientEvent.Kind.POLICY: "settings",
    ClientEvent.Kind.ARCHIVED: "archive",
    ClientEvent.Kind.RESTORED: "refresh",
    ClientEvent.Kind.MERGED: "users",
}
MARKED = ("invoice", "person", "ended_by")
HELD = ("invoice", "person", "released_by")
OF_CHARGE = ("charge__client", ("charge__notice", "person"))
WAIVED = Q(kind="waived") | Q(takes_back__kind="waived")
# Of one day, what stands later in this list stands above.
SOURCES = [
    Source(Invoice, invoice, F("issued_on"), related=("created_by",)),
    Source(Credit, credit, F("dated_on"), related=("created_by",)),
    Source(
        CounterEntry, counter_entry, F("dated_on"), "credit__client", ("created_by",)
    ),
    Source(InvoiceMark, mark, F("since"), "invoice__client", MARKED),
    Source(Hold, hold, F("since"), related=HELD),
    Source(
        InvoiceMark, mark_ended, F("ended_on"), "invoice__client", MARKED, "ended_on"
    ),
    Source(Hold, hold_released, F("released_on"), related=HELD, ended="released_on"),
    Source(PaymentPlan, plan, F("agreed_on"), related=("person",)),
    Source(
        PaymentPlan,
        plan_ended,
        F("ended_on"),
        related=("ended_by",),
        ended="ended_on",
    ),
    Source(
        LevelChange,
        level_set,
        TruncDate("at"),
        "invoice__client",
        ("invoice", "person"),
    ),
    Source(
        Decision,
        decided,
        F("decided_on"),
        "invoice__client",
        ("invoice", "person"),
        wanted=~Q(kind=Decision.Kind.PLAN),
    ),
    Source(Statement, statement, TruncDate("issued_at"), related=("issued_by",)),
    Source(Answer, answer, TruncDate("created_at")),
    Source(
        Answer,
        answer_decided,
        TruncDate("decided_at"),
        related=("decided_by",),
        ended="decided_at",
    ),
    Source(Notice, notice, F("run_on"), related=("run__issued_by",)),
    Source(
        Arrival,
        posted,
        F("on"),
        "notice__client",
        ("notice", "person"),
        wanted=Q(how=Arrival.How.POST),
    ),
    Source(
        Message,
        message,
        TruncDate(Coalesce("sent_at", "created_at")),
        related=("created_by",),
    ),
    Source(
        Withdrawal, withdrawn, TruncDate("at"), "notice__client", ("notice", "person")
    ),
    Source(ChargeEvent, waived, F("happened_on"), *OF_CHARGE, wanted=WAIVED),
    Source(ClientEvent, own, TruncDate("created_at"), related=("person",)),
]
