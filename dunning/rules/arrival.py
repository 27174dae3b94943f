"""From which day a letter counts, when it arrived later than it says."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

# An e-mail that leaves on the next day, a letter that is posted then: in time.
IN_TIME = timedelta(days=1)


def is_late(run_on: date, issued_on: date, on: date) -> bool:
    """Whether a letter that arrived on a day came late.

    Nothing leaves before it is issued: a letter that bears an earlier day was meant
    to bear it, with its deadline.
    """
    return on > max(run_on, issued_on) + IN_TIME


def deadline_after(run_on: date, issued_on: date, printed: date, on: date) -> date:
    """The deadline that counts for a letter that arrived on a day.

    In time: the one printed. Late: as many days as the letter gave, from its
    arrival; never earlier than what is printed.
    """
    if not is_late(run_on, issued_on, on):
        return printed
    return max(printed, on + (printed - run_on))


def is_crossed(handed_on: date, paid_on: date) -> bool:
    """Whether a payment booked after a letter had left was made before it was read."""
    return paid_on <= handed_on + IN_TIME
