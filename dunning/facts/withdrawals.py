"""Reads what taking letters back would do, and what stands in its way.

With a constant number of queries, however many letters there are.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Max
from django.db.models.functions import Coalesce
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from billing.models import Invoice
from clients.templatetags.format import day
from dunning.models import LevelChange, NoticeLine

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from django.db.models import QuerySet

    from dunning.models import Notice, Withdrawal


class Obstacle(NamedTuple):
    """What was done to an invoice later, and has to go first.

    Another reminder, or a level that a person set: then there is no letter.
    """

    invoice: str
    letter: str
    notice: int | None
    invoice_id: int
    level: int
    on: date

    @property
    def words(self) -> str:
        """The obstacle in short, for a list in a sentence."""
        if self.letter:
            return f"{self.letter} ({self.invoice})"
        return _("level %(level)s set on %(day)s (%(invoice)s)") % {
            "level": self.level,
            "day": day(self.on),
            "invoice": self.invoice,
        }


class Return(NamedTuple):
    """An invoice with the level and deadline it has, and those it goes back to."""

    invoice: int
    number: str
    level: int
    deadline_on: date
    level_after: int
    deadline_after: date


class Consequences(NamedTuple):
    """What taking letters, or lines of them, back does to their invoices."""

    obstacles: list[Obstacle]
    returns: list[Return]


class Reminder(NamedTuple):
    """One reminder that counts, with the deadline that counts of it."""

    invoice: int
    line: int
    notice: int
    letter: str
    run_on: date
    cycle: int
    level: int
    deadline_on: date


class Step(NamedTuple):
    """A level that a person set; it begins a cycle."""

    cycle: int
    level: int
    deadline_on: date
    on: date


def consequences(lines: QuerySet[NoticeLine]) -> Consequences:
    """Where the invoices of some lines go back to, and what is in the way.

    Lines withdrawn already do not matter. The last of several goes first.
    """
    mine = lines.filter(withdrawn_at=None).order_by()
    invoices = Invoice.objects.filter(notice_lines__in=mine)
    gone = set(mine.values_list("pk", flat=True))
    reminders = _reminders(invoices)
    steps = _steps(invoices)
    obstacles: list[Obstacle] = []
    returns: list[Return] = []
    rows = invoices.order_by("number", "pk").distinct()
    for pk, number, level, until, due in rows.values_list(
        "pk", "number", "level", "deadline_on", "due_on"
    ):
        found, step = reminders[pk], steps.get(pk)
        obstacles += _later(number, found, step, gone)
        after = _after([row for row in found if row.line not in gone], step)
        returns.append(Return(pk, number, level, until, *(after or (0, due))))
    return Consequences(obstacles, returns)


def in_the_way(notice: Notice) -> list[Obstacle]:
    """Later reminders, and levels set since, of the invoices of a letter."""
    return consequences(notice.lines.all()).obstacles


def returns(notice: Notice) -> list[Return]:
    """Where each invoice of a letter goes back to when it is withdrawn."""
    return consequences(notice.lines.all()).returns


def words_of(withdrawal: Withdrawal) -> str:
    """When a letter was withdrawn, by whom and why, as a sentence."""
    words = _("The reminder was withdrawn on %(day)s by %(who)s.") % {
        "day": day(localtime(withdrawal.at).date()),
        "who": withdrawal.person or "–",
    }
    return f"{words} {withdrawal.reason}".strip()


def _later(
    number: str, found: list[Reminder], step: Step | None, gone: Collection[int]
) -> list[Obstacle]:
    mine = [row for row in found if row.line in gone]
    first = min(row.line for row in mine)
    later = [
        Obstacle(number, row.letter, row.notice, row.invoice, row.level, row.run_on)
        for row in found
        if row.line > first and row.line not in gone
    ]
    if step and step.cycle > min(row.cycle for row in mine):
        invoice = mine[0].invoice
        later.append(Obstacle(number, "", None, invoice, step.level, step.on))
    return later


def _after(stay: list[Reminder], step: Step | None) -> tuple[int, date] | None:
    """Level and deadline of the last reminder that stays of the current cycle."""
    cycle = step.cycle if step else 1
    counted = [row for row in stay if row.cycle >= cycle]
    if counted:
        last = max(counted, key=lambda row: (row.cycle, row.level))
        return last.level, last.deadline_on
    return (step.level, step.deadline_on) if step else None


def _reminders(invoices: QuerySet[Invoice]) -> dict[int, list[Reminder]]:
    found: dict[int, list[Reminder]] = defaultdict(list)
    rows = NoticeLine.objects.filter(
        withdrawn_at=None, invoice__in=invoices.order_by().values("pk")
    ).annotate(until=Coalesce(Max("notice__arrivals__deadline_on"), "deadline_on"))
    for row in rows.order_by("pk").values_list(
        "invoice_id",
        "pk",
        "notice_id",
        "notice__number",
        "run_on",
        "cycle",
        "level",
        "until",
    ):
        found[row[0]].append(Reminder(*row))
    return found


def _steps(invoices: QuerySet[Invoice]) -> dict[int, Step]:
    """The last level that a person set, of each invoice that has one."""
    rows = LevelChange.objects.filter(invoice__in=invoices.order_by().values("pk"))
    return {
        invoice: Step(cycle, level, until, localtime(at).date())
        for invoice, cycle, level, until, at in rows.order_by("cycle").values_list(
            "invoice_id", "cycle", "level", "deadline_on", "at"
        )
    }
