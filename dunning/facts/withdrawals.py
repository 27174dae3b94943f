"""Reads what taking a letter back would do, and what stands in its way."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import F
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from clients.templatetags.format import day
from dunning.models import NoticeLine

if TYPE_CHECKING:
    from datetime import date

    from dunning.models import Notice, Withdrawal


class Obstacle(NamedTuple):
    """A later reminder of an invoice, which has to go first."""

    invoice: str
    letter: str
    notice: int


class Return(NamedTuple):
    """An invoice with the level and deadline it has, and those it goes back to."""

    invoice: int
    number: str
    level: int
    deadline_on: date
    level_after: int
    deadline_after: date


def in_the_way(notice: Notice) -> list[Obstacle]:
    """Later reminders, not withdrawn, of the invoices of a letter."""
    rows = NoticeLine.objects.filter(
        withdrawn_at=None,
        invoice__notice_lines__notice=notice,
        pk__gt=F("invoice__notice_lines__pk"),
    ).order_by("invoice__number", "pk")
    return [
        Obstacle(*row)
        for row in rows.values_list("invoice__number", "notice__number", "notice_id")
    ]


def returns(notice: Notice) -> list[Return]:
    """Where each invoice of a letter goes back to when it is withdrawn."""
    lines = notice.lines.filter(withdrawn_at=None).select_related("invoice")
    before: dict[int, tuple[int, date]] = {}
    earlier = NoticeLine.objects.filter(
        withdrawn_at=None, invoice__in=lines.values("invoice")
    ).exclude(notice=notice)
    for invoice, level, printed, arrived in earlier.order_by(
        "cycle", "level", "notice__arrivals__deadline_on"
    ).values_list(
        "invoice_id", "level", "deadline_on", "notice__arrivals__deadline_on"
    ):
        before[invoice] = (level, arrived or printed)
    return [
        Return(
            line.invoice_id,
            line.invoice.number,
            line.invoice.level,
            line.invoice.deadline_on,
            *before.get(line.invoice_id, (0, line.invoice.due_on)),
        )
        for line in lines.order_by("pk")
    ]


def words_of(withdrawal: Withdrawal) -> str:
    """When a letter was withdrawn, by whom and why, as a sentence."""
    words = _("The reminder was withdrawn on %(day)s by %(who)s.") % {
        "day": day(localtime(withdrawal.at).date()),
        "who": withdrawal.person or "–",
    }
    return f"{words} {withdrawal.reason}".strip()
