"""Reads recurring invoices: their days, their state, the words of one time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel.dates import format_date
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from billing.rules.placeholders import fill_placeholders, unknown_placeholders
from billing.rules.recurrence import Rhythm
from clients.templatetags.format import locale, long_day

if TYPE_CHECKING:
    from datetime import date

    from django_stubs_ext import StrOrPromise

    from billing.models import Draft, Recurrence

ACTIVE, PAUSED, ENDED = "active", "paused", "ended"
STATES = {ACTIVE: _("Active"), PAUSED: _("Paused"), ENDED: _("Ended")}


def rhythm_of(recurrence: Recurrence) -> Rhythm:
    """Its days."""
    return Rhythm(recurrence.first_on, recurrence.every_months, recurrence.last_on)


def last_made(recurrence: Recurrence) -> date | None:
    """The last day that was dealt with, if there is one."""
    days = recurrence.occurrences.order_by("-due_on").values_list("due_on", flat=True)
    return days.first()


def next_days(recurrence: Recurrence, wanted: int, made_on: date | None) -> list[date]:
    """The days after the last one dealt with, those missed included."""
    return rhythm_of(recurrence).next_days(wanted, made_on)


def state_of(recurrence: Recurrence, made_on: date | None) -> str:
    """Whether it comes back, waits, or has come for the last time."""
    if not next_days(recurrence, 1, made_on):
        return ENDED
    return PAUSED if recurrence.paused else ACTIVE


def state_name(state: str) -> StrOrPromise:
    """The state in words."""
    return STATES[state]


def words_of(recurrence: Recurrence, day: date) -> dict[str, str]:
    """What the placeholders stand for on one of its days, in the client's language."""
    start, end = rhythm_of(recurrence).period(day)
    with override(recurrence.draft.language):
        return {
            "month": format_date(start, "LLLL", locale=locale()),
            "year": str(start.year),
            "quarter": format_date(start, "QQQ", locale=locale()),
            "from": long_day(start),
            "to": long_day(end),
        }


def text_of(recurrence: Recurrence, day: date) -> str:
    """What it is about on one of its days: the subject, or else the first line."""
    draft = recurrence.draft
    first = next((line.description for line in draft.lines.all()), "")
    return fill_placeholders(draft.title or first, words_of(recurrence, day))


def unknown_in(draft: Draft) -> list[str]:
    """The placeholders of a draft that nobody can fill in."""
    lines = draft.lines.values_list("description", flat=True)
    return unknown_placeholders(draft.title, draft.opening, draft.closing, *lines)


def placeholder_problem(draft: Draft) -> str:
    """Why a draft cannot be a pattern, if it has placeholders nobody can fill in."""
    unknown = unknown_in(draft)
    if not unknown:
        return ""
    return gettext("%(unknown)s cannot be filled in; there are only %(known)s.") % {
        "unknown": ", ".join(unknown),
        "known": "{month}, {year}, {quarter}, {from}, {to}",
    }
