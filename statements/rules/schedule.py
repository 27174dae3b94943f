"""Which period's statements are due by themselves, and when the next ones are."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

# So late after its period at most: before the next month is over.
MOST_DAYS = 28


class Rhythm(StrEnum):
    """How often statements come by themselves."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


MONTHS = {Rhythm.MONTHLY: 1, Rhythm.QUARTERLY: 3}


def due_end(rhythm: str, days_after: int, today: date, since: date) -> date | None:
    """The end of the last period whose day has come, unless it came before `since`.

    Of several that were missed the last one is enough: each statement begins the day
    after the one before.
    """
    end = last_end(rhythm, today - timedelta(days=days_after))
    return end if end + timedelta(days=days_after) >= since else None


def next_day(rhythm: str, days_after: int, today: date) -> tuple[date, date]:
    """The next day after today on which a period is due, and the period's end."""
    wait = timedelta(days=days_after)
    end = following_end(rhythm, last_end(rhythm, today - wait))
    return end + wait, end


def last_end(rhythm: str, day: date) -> date:
    """The last day, up to this one, on which a month or quarter ends."""
    return _first(rhythm, day + timedelta(days=1)) - timedelta(days=1)


def following_end(rhythm: str, end: date) -> date:
    """The end of the period after the one with this end."""
    months = MONTHS[Rhythm(rhythm)]
    count = end.year * 12 + end.month + months
    return date(count // 12, count % 12 + 1, 1) - timedelta(days=1)


def _first(rhythm: str, day: date) -> date:
    """The first day of the month or quarter a day is in."""
    month = day.month - (day.month - 1) % MONTHS[Rhythm(rhythm)]
    return day.replace(month=month, day=1)
