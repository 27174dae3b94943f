"""The tables of a collection file: account, open items, reminders, contacts."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from billing.facts import listed_items, movements
from billing.models import Allocation, CounterEntry, Credit, InvoiceMark
from billing.models.invoice import standing
from billing.rules.items import Movement
from billing.rules.money import money, plain
from clients.parts import keys_of, rows_by_keys
from clients.templatetags.format import day
from config.timeline_sources import SOURCES
from dunning.models import Arrival, Withdrawal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clients.sheets import Cell
    from config.collection.scope import Scope
    from config.timeline_event import Event

Row = list["Cell"]
EVENTS_AT_ONCE = 500
ALWAYS = (date(1900, 1, 1), date(2999, 12, 31))


def ledger(scope: Scope) -> Iterator[Row]:
    """What raised and lowered the debt, day by day."""
    yield [
        _("Date"),
        _("Kind"),
        _("Number"),
        _("Amount"),
        _("Currency"),
        _("Text"),
    ]
    kinds = {"invoice": _("Invoice"), **dict(Credit.Kind.choices)}
    kinds |= dict(CounterEntry.Kind.choices)
    found = settled(scope) if scope.invoice else movements(scope.client.pk, *ALWAYS)
    for row in found:
        code = row.amount.currency.code
        yield [row.date, str(kinds[row.kind]), row.number, row.amount, code, row.text]


def settled(scope: Scope) -> list[Movement]:
    """The account of one invoice: itself, and what was put to it or taken back."""
    invoice = scope.invoice
    if invoice is None:
        return []
    found = [Movement(invoice.issued_on, "invoice", invoice.number, invoice.total)]
    parts = Allocation.objects.filter(invoice=invoice).order_by("effective_on", "pk")
    for on, kind, number, amount, code, released in parts.values_list(
        "effective_on",
        "credit__kind",
        "credit__number",
        "amount",
        "currency",
        "releases",
    ):
        text = _("taken back from this invoice") if released else ""
        found.append(Movement(on, kind, number, -money(amount, code), text))
    return found


def open_items(scope: Scope, today: date) -> Iterator[Row]:
    """Every invoice with what is open today, how late it is and what it is marked."""
    yield [
        _("Invoice"),
        _("Date"),
        _("Due"),
        _("Currency"),
        _("Total"),
        _("Open"),
        _("Days late"),
        _("Level"),
        _("Deadline"),
        _("Marked as"),
    ]
    marks = dict(InvoiceMark.Kind.choices)
    rows = scope.invoices()
    kept = {
        pk: (level, deadline)
        for pk, level, deadline in rows.values_list("pk", "level", "deadline_on")
    }
    marked = InvoiceMark.objects.filter(standing(today), invoice__in=list(kept))
    said = dict(marked.values_list("invoice_id", "kind"))
    for item in listed_items(rows, today):
        if item.open.amount <= 0 and scope.invoice is None:
            continue
        level, deadline = kept[item.invoice_id]
        mark = marks.get(said.get(item.invoice_id, ""), "")
        yield [
            item.number,
            item.issued_on,
            item.due_on,
            item.currency,
            item.total,
            item.open,
            max(item.days_late(today), 0),
            level,
            deadline,
            str(mark),
        ]


def reminders(scope: Scope) -> Iterator[Row]:
    """Every line of every reminder: what was asked for, and until when."""
    yield [
        _("Reminder"),
        _("Date"),
        _("Level"),
        _("Name of the level"),
        _("Invoice"),
        _("Currency"),
        _("Total"),
        _("Open"),
        _("Fee"),
        _("Interest"),
        _("Days of interest"),
        _("Deadline"),
        _("Withdrawn on"),
        _("Reason"),
        _("Posted on"),
    ]
    rows = scope.reminders().select_related("notice", "invoice")
    reasons = {
        row.notice_id: row.reason or row.get_cause_display()
        for row in Withdrawal.objects.filter(notice__client=scope.client)
    }
    post = Arrival.objects.filter(notice__client=scope.client, how=Arrival.How.POST)
    posted = dict(post.values_list("notice_id", "on"))
    for line in rows_by_keys(rows, keys_of(scope.reminders())):
        at = line.withdrawn_at
        yield [
            line.notice.number,
            line.run_on,
            line.level,
            line.level_name,
            line.invoice.number,
            line.currency,
            line.total,
            line.open,
            line.fee,
            line.interest,
            line.interest_days,
            line.deadline_on,
            localdate(at) if at else None,
            reasons.get(line.notice_id, "") if at else "",
            posted.get(line.notice_id),
        ]


def charges(scope: Scope) -> Iterator[Row]:
    """Fees, interest and lump sums: claims beside the invoices, and what is open."""
    yield [
        _("Reminder"),
        _("Date"),
        _("Kind"),
        _("Invoice"),
        _("Currency"),
        _("Amount"),
        pgettext("amount", "Open"),
        _("What became of it"),
    ]
    rows = scope.charges().select_related("notice", "invoice")
    for row in rows.prefetch_related("events"):
        became = [
            f"{day(event.happened_on)} {event.get_kind_display()}"
            f" {plain(money(event.amount, event.currency))} {event.reason}".strip()
            for event in row.events.all()
        ]
        yield [
            row.notice.number,
            row.dated_on,
            str(row.get_kind_display()),
            row.invoice.number if row.invoice else "",
            row.currency,
            money(row.amount, row.currency),
            money(row.open, row.currency),
            "; ".join(became),
        ]


def contacts(scope: Scope) -> Iterator[Row]:
    """Everything that happened, oldest first, in the words of the timeline."""
    yield [_("Date"), _("Event"), _("Text"), _("Amount"), _("State"), _("By")]
    order = sorted(
        (on, place, pk)
        for place, source in enumerate(SOURCES)
        for pk, on in scope.events(source.model, source.rows(scope.client))
        .order_by()
        .annotate(told_on=source.day)
        .values_list("pk", "told_on")
        .distinct()
    )
    for start in range(0, len(order), EVENTS_AT_ONCE):
        part = order[start : start + EVENTS_AT_ONCE]
        told: dict[tuple[int, int], Event] = {}
        for place in {place for _on, place, _pk in part}:
            keys = [pk for _on, at, pk in part if at == place]
            for pk, event in SOURCES[place].events(keys):
                told[place, pk] = event
        for _on, place, pk in part:
            event = told[place, pk]
            yield [
                event.on,
                event.title,
                event.text,
                event.amount,
                event.state,
                event.person,
            ]
