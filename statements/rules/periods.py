"""The periods a statement is usually made for."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

EARLIEST = date(1990, 1, 1)
LATEST = date(2100, 12, 31)


class Preset(StrEnum):
    """Periods offered as one click."""

    SINCE_LAST = "since_last"
    LAST_MONTH = "last_month"
    LAST_QUARTER = "last_quarter"
    THIS_YEAR = "this_year"
    LAST_YEAR = "last_year"


def preset_period(
    preset: Preset, today: date, last_end: date | None = None
) -> tuple[date, date] | None:
    """The first and last day of a preset, both included.

    None where there is no such period: nothing was issued before, or the last
    statement reaches today.
    """
    match preset:
        case Preset.SINCE_LAST:
            if last_end is None or last_end >= today:
                return None
            return last_end + timedelta(days=1), today
        case Preset.LAST_MONTH:
            return _before(today.replace(day=1), months=1)
        case Preset.LAST_QUARTER:
            first = today.month - (today.month - 1) % 3
            return _before(today.replace(month=first, day=1), months=3)
        case Preset.THIS_YEAR:
            return today.replace(month=1, day=1), today
        case Preset.LAST_YEAR:
            return _before(today.replace(month=1, day=1), months=12)


def next_period(end: date, last_end: date | None) -> tuple[date, date] | None:
    """From the day after the last statement, or 1 January; None when covered."""
    start = last_end + timedelta(days=1) if last_end else end.replace(month=1, day=1)
    return (start, end) if start <= end else None


def _before(first: date, months: int) -> tuple[date, date]:
    """The whole months that end the day before `first`, itself a first of a month."""
    count = first.year * 12 + first.month - 1 - months
    return date(count // 12, count % 12 + 1, 1), first - timedelta(days=1)
