"""Reads the reminders of an invoice, and whether another may follow."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from delivery.facts import standings
from delivery.models import Document
from dunning.facts import planning
from dunning.facts.letters import Course, courses
from dunning.models import NoticeLine
from dunning.rules.dossier import Reason

if TYPE_CHECKING:
    from datetime import date

    from billing.models import Invoice
    from dunning.rules.dossier import Detail, Level


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One reminder of an invoice; its letter, and how far its e-mail got."""

    line: NoticeLine
    standing: str
    course: Course

    @property
    def withdrawn(self) -> bool:
        """Whether the reminder no longer counts."""
        return self.line.withdrawn_at is not None

    @property
    def deadline_on(self) -> date:
        """The deadline that counts: a letter that arrived late gives its days."""
        return self.course.deadline_on or self.line.deadline_on


@dataclass(frozen=True, slots=True)
class NextStep:
    """Whether the invoice may go one level up today: the level, or why not.

    `line` of the letter that would be written is there when it may.
    """

    level: Level | None
    reason: Reason | None
    detail: Detail

    @property
    def possible(self) -> bool:
        """Whether the invoice can be raised now."""
        return self.level is not None


def history(invoice: Invoice) -> list[HistoryLine]:
    """Every reminder of the invoice, oldest first; seven queries at most."""
    lines = list(
        NoticeLine.objects.filter(invoice=invoice)
        .select_related("notice", "notice__run", "notice__document")
        .defer("notice__document__content")
        .order_by("pk")
    )
    reached = standings(Document.Kind.NOTICE, [line.notice.number for line in lines])
    became = courses([line.notice for line in lines])
    return [
        HistoryLine(
            line,
            reached.get(line.notice.number, ""),
            _of(invoice, became[line.notice_id]),
        )
        for line in lines
    ]


def next_step(invoice: Invoice, today: date) -> NextStep:
    """What a reminder of this one invoice would be today, or why there is none."""
    plan = planning.plan(today, invoices=[invoice.pk])
    for line in plan.proposed:
        return NextStep(line.level, None, {})
    for left_out in plan.excluded:
        return NextStep(None, left_out.reason, left_out.detail)
    if not invoice.open:
        return NextStep(None, Reason.PAID_SINCE, {})
    due = invoice.due_on.isoformat()
    return NextStep(None, Reason.DEADLINE_RUNNING, {"deadline": due})


def _of(invoice: Invoice, course: Course) -> Course:
    """The course of a letter, with the crossings of this invoice only."""
    mine = [row for row in course.crossings if row.invoice == invoice.pk]
    return replace(course, crossings=mine)
