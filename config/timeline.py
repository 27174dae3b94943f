"""Everything that happened with a client, as one stream, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from billing.models import CounterEntry, Credit, Invoice, InvoiceMark
from clients.templatetags.format import day, money
from delivery.models import Message
from dunning.models import Hold, Notice
from statements.models import Statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

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
    order: int = 0


def timeline(client: Client, first: int, count: int) -> tuple[list[Event], bool]:
    """`count` events after the first `first`, and whether there are older ones.

    Each source is asked for no more rows than the page can hold, so the number of
    queries and of rows does not grow with the history.
    """
    wanted = first + count + 1
    found = [event for source in SOURCES for event in source(client, wanted)]
    found.sort(key=lambda event: (event.on, event.order), reverse=True)
    page = found[first : first + count]
    return page, len(found) > first + count


def invoices(client: Client, limit: int) -> Iterator[Event]:
    """Invoices, on their date."""
    rows = Invoice.objects.filter(client=client).select_related("created_by")
    for row in rows.order_by("-issued_on", "-pk")[:limit]:
        yield Event(
            row.issued_on,
            "file-invoice",
            _("Invoice %(number)s") % {"number": row.number},
            _("due %(day)s") % {"day": day(row.due_on)},
            money(row.total),
            str(row.created_by or ""),
            reverse("invoice", args=[row.pk]),
        )


def credits(client: Client, limit: int) -> Iterator[Event]:  # noqa: A001
    """Payments, credit notes, discounts and write-offs, on their value date."""
    rows = Credit.objects.filter(client=client).select_related("created_by")
    for row in rows.order_by("-dated_on", "-pk")[:limit]:
        yield Event(
            row.dated_on,
            "coins",
            f"{row.get_kind_display()} {row.number}",
            row.reference,
            money(row.amount),
            str(row.created_by or ""),
            reverse("payment", args=[row.pk]),
            order=1,
        )


def counter_entries(client: Client, limit: int) -> Iterator[Event]:
    """Refunds and reversals."""
    rows = CounterEntry.objects.filter(credit__client=client).select_related(
        "created_by"
    )
    for row in rows.order_by("-dated_on", "-pk")[:limit]:
        yield Event(
            row.dated_on,
            "refresh",
            f"{row.get_kind_display()} {row.number}",
            row.reason,
            money(row.amount),
            str(row.created_by or ""),
            reverse("payment", args=[row.credit_id]),
            order=2,
        )


def marks(client: Client, limit: int) -> Iterator[Event]:
    """Disputes and "Non payé", when they began and when they ended."""
    rows = InvoiceMark.objects.filter(invoice__client=client).select_related(
        "invoice", "person", "ended_by"
    )
    for row in rows.order_by("-pk")[:limit]:
        name = {"mark": row.get_kind_display(), "number": row.invoice.number}
        where = reverse("invoice", args=[row.invoice_id])
        yield Event(
            row.since,
            "alert-triangle",
            _("%(mark)s: invoice %(number)s") % name,
            row.reason,
            person=str(row.person or ""),
            address=where,
            order=3,
        )
        if row.ended_on:
            yield Event(
                row.ended_on,
                "check",
                _("No longer %(mark)s: invoice %(number)s") % name,
                row.end_reason,
                person=str(row.ended_by or ""),
                address=where,
                order=4,
            )


def holds(client: Client, limit: int) -> Iterator[Event]:
    """Pauses and promises, when they began and when they were released."""
    rows = Hold.objects.filter(client=client).select_related(
        "invoice", "person", "released_by"
    )
    for row in rows.order_by("-pk")[:limit]:
        what = f"{row.get_kind_display()} {row.invoice.number if row.invoice else ''}"
        until = _("until %(day)s") % {"day": day(row.until)} if row.until else ""
        yield Event(
            row.since,
            "player-pause",
            what,
            " · ".join(part for part in (row.reason, until) if part),
            person=str(row.person or ""),
            order=3,
        )
        if row.released_on:
            yield Event(
                row.released_on,
                "check",
                _("Released: %(hold)s") % {"hold": what},
                person=str(row.released_by or ""),
                order=4,
            )


def statements(client: Client, limit: int) -> Iterator[Event]:
    """Statements, on the day they were issued."""
    rows = Statement.objects.filter(client=client).select_related("issued_by")
    for row in rows.order_by("-pk")[:limit]:
        yield Event(
            localtime(row.issued_at).date(),
            "report-money",
            _("Statement %(number)s") % {"number": row.number},
            f"{day(row.start)} – {day(row.end)}",
            person=str(row.issued_by or ""),
            address=reverse("statement", args=[row.pk]),
            order=5,
        )


def notices(client: Client, limit: int) -> Iterator[Event]:
    """Reminders, on the date they bear."""
    rows = Notice.objects.filter(client=client).select_related("run__issued_by")
    for row in rows.order_by("-pk")[:limit]:
        yield Event(
            row.run_on,
            "mail-exclamation",
            f"{row.level_name} {row.number}",
            _("pay by %(day)s") % {"day": day(row.deadline_on)},
            money(row.total),
            str(row.run.issued_by or ""),
            reverse("notice", args=[row.pk]),
            order=5,
        )


def messages(client: Client, limit: int) -> Iterator[Event]:
    """E-mails, on the day they were sent or put in the outbox, with their state."""
    rows = Message.objects.filter(client=client).select_related("created_by")
    for row in rows.order_by("-pk")[:limit]:
        yield Event(
            localtime(row.sent_at or row.created_at).date(),
            "mail",
            row.subject,
            row.recipient,
            person=str(row.created_by or ""),
            address=reverse("message", args=[row.pk]),
            state=row.state,
            order=6,
        )


SOURCES: list[Callable[[Client, int], Iterator[Event]]] = [
    invoices,
    credits,
    counter_entries,
    marks,
    holds,
    statements,
    notices,
    messages,
]
