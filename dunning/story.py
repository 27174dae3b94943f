"""What happened with the reminders of one invoice, in words, newest first.

Letters, levels set by hand, answers of the client, holds and promises, disputes,
plans, and decisions: the rows stay where they are, and stand here in one list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.templatetags.format import day
from clients.templatetags.format import money as written
from dunning.claims import claim_of
from dunning.facts.answers import answers_to
from dunning.facts.promises import promises
from dunning.models import (
    Decision,
    Hold,
    LevelChange,
    NoticeLine,
    PlanInvoice,
)
from dunning.rules.promises import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from billing.models import Invoice, InvoiceMark
    from dunning.facts.promises import PromiseRow

OUTCOMES = {
    Outcome.KEPT: gettext_lazy("kept"),
    Outcome.RUNNING: gettext_lazy("running"),
    Outcome.BROKEN: gettext_lazy("broken"),
    Outcome.RELEASED: gettext_lazy("taken back"),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: on a day, what, why, by whom, and where to look."""

    on: date
    title: str
    text: str = ""
    person: str = ""
    address: str = ""


def story(invoice: Invoice, today: date) -> list[Event]:
    """Everything about the reminders of an invoice; eight queries."""
    found = [
        *letters(invoice),
        *changes(invoice),
        *answers(invoice),
        *holds(invoice, today),
        *marks(invoice),
        *plans(invoice),
        *decisions(invoice),
    ]
    # Of one day, what was written last stands above.
    found.reverse()
    return sorted(found, key=lambda event: event.on, reverse=True)


def letters(invoice: Invoice) -> Iterator[Event]:
    """Reminders, and those that were taken back."""
    rows = NoticeLine.objects.filter(invoice=invoice).order_by("pk")
    for row in rows.select_related(
        "notice", "notice__run__issued_by", "notice__withdrawal__person", "withdrawal"
    ).defer("notice__body", "notice__opening", "notice__closing"):
        name = {"number": row.notice.number, "level": row.level}
        address = reverse("notice", args=[row.notice_id])
        yield Event(
            row.run_on,
            _("Reminder %(number)s, level %(level)s") % name,
            _("pay by %(day)s") % {"day": day(row.deadline_on)},
            str(row.notice.run.issued_by or ""),
            address,
        )
        if row.withdrawn_at:
            back = getattr(row, "withdrawal", None) or getattr(
                row.notice, "withdrawal", None
            )
            yield Event(
                localtime(row.withdrawn_at).date(),
                _("Reminder %(number)s withdrawn") % name,
                back.reason if back else "",
                str(back.person or "") if back else "",
                address,
            )


def changes(invoice: Invoice) -> Iterator[Event]:
    """Levels that a person set."""
    rows = LevelChange.objects.filter(invoice=invoice).order_by("cycle")
    for row in rows.select_related("person"):
        levels = {"before": row.level_before, "level": row.level}
        deadline = _("Deadline %(day)s.") % {"day": day(row.deadline_on)}
        yield Event(
            localtime(row.at).date(),
            _("Level set by hand: %(before)s → %(level)s") % levels,
            f"{row.reason.rstrip('.')}. {deadline}",
            str(row.person or ""),
        )


def answers(invoice: Invoice) -> Iterator[Event]:
    """What the client said on its page, and what a person made of it."""
    for row in answers_to(invoice):
        address = reverse("answer", args=[row.pk])
        said = localtime(row.created_at).date()
        yield Event(said, claim_of(row), address=address)
        if row.decided_at:
            what = {
                "answer": row.get_kind_display(),
                "state": row.get_state_display(),
            }
            yield Event(
                localtime(row.decided_at).date(),
                _("%(answer)s: %(state)s") % what,
                row.note,
                str(row.decided_by or ""),
                address,
            )


def holds(invoice: Invoice, today: date) -> Iterator[Event]:
    """Holds and promises, of the invoice and of its whole client."""
    rows = Hold.objects.filter(
        Q(invoice=invoice) | Q(client=invoice.client_id, invoice=None)
    )
    promised = {row.hold.pk: row for row in promises(rows, today)}
    for row in rows.select_related("person", "released_by", "invoice").order_by("pk"):
        yield Event(
            row.since,
            hold_words(row, promised.get(row.pk)),
            row.reason,
            str(row.person or ""),
        )
        if row.released_on:
            yield Event(
                row.released_on,
                _("Released: %(what)s") % {"what": row.get_kind_display()},
                person=str(row.released_by or ""),
            )


def hold_words(row: Hold, promise: PromiseRow | None) -> str:
    """What is on hold until when, and what became of a promise."""
    what = str(row.get_kind_display())
    if row.invoice_id is None:
        what = _("%(what)s (the whole client)") % {"what": what}
    if row.promised is not None:
        what = f"{what}: {written(row.promised)}"
    if row.until:
        what = _("%(what)s until %(day)s") % {"what": what, "day": day(row.until)}
    if promise:
        return f"{what} – {OUTCOMES[promise.outcome]}"
    return what


def marks(invoice: Invoice) -> Iterator[Event]:
    """Disputes and "Non payé", and their ends."""
    rows = invoice.marks.select_related("person", "ended_by").order_by("pk")
    for row in rows:
        row.invoice = invoice
        yield Event(row.since, mark_words(row), row.reason, str(row.person or ""))
        if row.ended_on:
            yield Event(
                row.ended_on,
                _("Ended: %(what)s") % {"what": row.get_kind_display()},
                row.end_reason,
                str(row.ended_by or ""),
            )


def mark_words(row: InvoiceMark) -> str:
    """What is marked, and which part of it until when."""
    what = str(row.get_kind_display())
    if row.part is not None:
        what = f"{what}: {written(row.part)}"
    if row.until:
        what = _("%(what)s until %(day)s") % {"what": what, "day": day(row.until)}
    return what


def plans(invoice: Invoice) -> Iterator[Event]:
    """Payment plans that cover it, and their ends."""
    rows = PlanInvoice.objects.filter(invoice=invoice).order_by("pk")
    for row in rows.select_related("plan", "plan__person", "plan__ended_by"):
        plan, address = row.plan, reverse("plan", args=[row.plan_id])
        title = _("Payment plan")
        yield Event(plan.agreed_on, title, plan.reason, str(plan.person or ""), address)
        if plan.ended_on:
            yield Event(
                plan.ended_on,
                _("Ended: %(what)s") % {"what": title},
                plan.end_reason,
                str(plan.ended_by or ""),
                address,
            )


def decisions(invoice: Invoice) -> Iterator[Event]:
    """What was decided after the last level; plans are told by themselves."""
    rows = Decision.objects.filter(invoice=invoice).exclude(kind=Decision.Kind.PLAN)
    for row in rows.select_related("person").order_by("pk"):
        what = _("Decided: %(what)s") % {"what": row.get_kind_display()}
        if row.again_on:
            again = {"what": what, "day": day(row.again_on)}
            what = _("%(what)s, look again on %(day)s") % again
        yield Event(row.decided_on, what, row.reason, str(row.person or ""))
