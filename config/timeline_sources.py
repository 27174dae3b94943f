"""What happens with a client: where each kind of event is read, and how it is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from billing.models import CounterEntry, Credit, Invoice, InvoiceMark
from clients.models import ClientEvent
from clients.templatetags.format import day, money
from config.timeline_words import client_event
from delivery.models import Message
from dunning.models import Arrival, ChargeEvent, Hold, Notice, Withdrawal
from statements.models import Statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from django.db.models import Model, QuerySet

    from clients.models import Client


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: on a day, what, how much, by whom, and where to look."""

    on: date
    icon: str
    title: str
    text: str = ""
    amount: str = ""
    person: str = ""
    address: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Rows of one kind that tell of an event each, with the day it happened."""

    model: type[Model]
    tell: Callable[[Any], Event]
    # The column of the day, and the way from a row to its client.
    day: Any
    path: str = "client"
    related: tuple[str, ...] = ()
    ended: str = ""
    wanted: Q = field(default_factory=Q)

    def rows(self, client: Client) -> QuerySet[Any, Any]:
        """All of them of a client, those that have ended where the end is told."""
        found = self.model._default_manager.filter(  # noqa: SLF001
            self.wanted, **{self.path: client}
        )
        return found.exclude(**{self.ended: None}) if self.ended else found

    def events(self, keys: Iterable[int]) -> Iterator[tuple[int, Event]]:
        """The events of some rows, by key, with one query."""
        rows = self.model._default_manager.select_related(*self.related)  # noqa: SLF001
        for row in rows.filter(pk__in=list(keys)):
            yield row.pk, self.tell(row)


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


def mark(row: InvoiceMark) -> Event:
    """A dispute or "Non payé", when it began."""
    name = {"mark": row.get_kind_display(), "number": row.invoice.number}
    return Event(
        row.since,
        "alert-triangle",
        _("%(mark)s: invoice %(number)s") % name,
        row.reason,
        person=str(row.person or ""),
        address=reverse("invoice", args=[row.invoice_id]),
    )


def mark_ended(row: InvoiceMark) -> Event:
    """A dispute or "Non payé", when it was over."""
    name = {"mark": row.get_kind_display(), "number": row.invoice.number}
    assert row.ended_on  # noqa: S101
    return Event(
        row.ended_on,
        "check",
        _("No longer %(mark)s: invoice %(number)s") % name,
        row.end_reason,
        person=str(row.ended_by or ""),
        address=reverse("invoice", args=[row.invoice_id]),
    )


def held(row: Hold) -> str:
    """What is paused, in words."""
    return f"{row.get_kind_display()} {row.invoice.number if row.invoice else ''}"


def hold(row: Hold) -> Event:
    """A pause or a promise, when it began."""
    until = _("until %(day)s") % {"day": day(row.until)} if row.until else ""
    return Event(
        row.since,
        "player-pause",
        held(row),
        " · ".join(part for part in (row.reason, until) if part),
        person=str(row.person or ""),
    )


def hold_released(row: Hold) -> Event:
    """A pause or a promise, when somebody released it."""
    assert row.released_on  # noqa: S101
    return Event(
        row.released_on,
        "check",
        _("Released: %(hold)s") % {"hold": held(row)},
        person=str(row.released_by or ""),
    )


def statement(row: Statement) -> Event:
    """A statement, on the day it was issued."""
    return Event(
        localtime(row.issued_at).date(),
        "report-money",
        _("Statement %(number)s") % {"number": row.number},
        f"{day(row.start)} – {day(row.end)}",
        person=str(row.issued_by or ""),
        address=reverse("statement", args=[row.pk]),
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
    Source(Statement, statement, TruncDate("issued_at"), related=("issued_by",)),
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
