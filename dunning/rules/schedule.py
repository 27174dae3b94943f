"""Which day something is due by itself, and the days on which nobody works."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date


class Outcome(StrEnum):
    """Why a turn gave no run, or one that waits for a person."""

    NOTHING = "nothing"
    DRAFT_WAITING = "draft_waiting"
    OLD_DATA = "old_data"
    LARGE = "large"
    REFUSED = "refused"
    NO_SENDER = "no_sender"


SATURDAY = 6
DAY = timedelta(days=1)
# So far back a missed day is looked for; longer holidays there are none.
LOOK_BACK = timedelta(days=21)


def next_working_day(day: date, holidays: Collection[date]) -> date:
    """The day itself, or the first one after it that is no weekend and no holiday."""
    while day.isoweekday() >= SATURDAY or day in holidays:
        day += DAY
    return day


def scheduled_day(day: date, holidays: Collection[date]) -> date:
    """When the turn of a chosen day comes: on the day, or the next that is worked.

    A chosen Saturday is meant; only a holiday is moved, and never to a weekend.
    """
    return next_working_day(day, holidays) if day in holidays else day


def due_day(
    today: date, weekdays: str, holidays: Collection[date], done_on: date | None
) -> date | None:
    """The last day up to today that was due and is not done; None: there is none.

    Days missed before it are caught up with it: one turn, however many they were.
    """
    chosen = {int(digit) for digit in weekdays}
    day = today - LOOK_BACK
    last = None
    while day <= today:
        if day.isoweekday() in chosen:
            due = scheduled_day(day, holidays)
            if due <= today and (last is None or due > last):
                last = due
        day += DAY
    return last if last and (done_on is None or last > done_on) else None
