"""When an invoice comes back: days counted from the first one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, islice, takewhile
from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta

if TYPE_CHECKING:
    from collections.abc import Iterator

# No day lies beyond what dates are allowed.
END = date(2100, 12, 31)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Every so many months from a first day on, up to a last one if there is one.

    Each day is counted from the first: 31 January, 28 February, 31 March.
    """

    first_on: date
    every_months: int
    last_on: date | None = None

    def days(self, after: date | None = None) -> Iterator[date]:
        """Its days in order, those after a day only."""
        last = min(self.last_on or END, END)
        every = (self._nth(n) for n in count())
        for day in takewhile(lambda day: day <= last, every):
            if after is None or day > after:
                yield day

    def due(self, until: date, after: date | None = None) -> list[date]:
        """The days that have come by a day, after the last one dealt with."""
        return list(takewhile(lambda day: day <= until, self.days(after)))

    def next_days(self, wanted: int, after: date | None = None) -> list[date]:
        """The first days after a day, so many of them at most."""
        return list(islice(self.days(after), wanted))

    def period(self, day: date) -> tuple[date, date]:
        """From one of its days to the day before the next one."""
        n = next(n for n in count(1) if self._nth(n) > day)
        return day, self._nth(n) - timedelta(1)

    def _nth(self, n: int) -> date:
        return self.first_on + relativedelta(months=self.every_months * n)
