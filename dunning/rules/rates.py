"""Reference rates by date, and the rate of every day between two days."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from decimal import Decimal

A_DAY = timedelta(days=1)
# Set anew for every half-year; the Swiss rate stands in the law itself.
HALF_YEARLY = ("ecb", "bundesbank", "fr_legal")


class Ground(StrEnum):
    """What a rate of interest rests on."""

    LEVEL = "level"
    AGREED = "agreed"
    FR_FLOOR = "fr_floor"
    DE_BUSINESS = "de_business"
    DE_CONSUMER = "de_consumer"
    FR = "fr"
    EU = "eu"
    CH = "ch"


@dataclass(frozen=True, slots=True)
class DatedRate:
    """A reference rate from a day on, until the next of its table."""

    since: date
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Step:
    """The rate from a day on, until the next step; None where none is known.

    `reference` is the rate of the table it was made from.
    """

    since: date
    percent: Decimal | None
    ground: Ground = Ground.LEVEL
    reference: Decimal | None = None


@dataclass(frozen=True, slots=True)
class RateBook:
    """The rates of every table, oldest first.

    Before the first of a table there is no rate: nothing is guessed, those days bear
    no interest and say so. The newest holds until a newer one is entered.
    """

    rates: Mapping[str, tuple[DatedRate, ...]] = field(default_factory=dict)

    def percent_on(self, table: str, day: date) -> Decimal | None:
        """The rate of a table in force on a day; None before its first."""
        rates = self.rates.get(table, ())
        place = bisect_right(rates, day, key=lambda rate: rate.since)
        return rates[place - 1].percent if place else None

    def steps(
        self,
        table: str,
        margin: Decimal,
        first: date,
        last: date,
        *,
        half_yearly: bool = False,
        times: int = 1,
        ground: Ground = Ground.LEVEL,
    ) -> tuple[Step, ...]:
        """The rate, so many times plus a margin, for each day from first to last.

        Half-yearly: the rate of 1 January and 1 July counts for six months (directive
        2011/7 art. 3; C. com. L441-10), whatever changes in between.
        """
        steps: list[Step] = []
        for since in self._turns(table, first, last, half_yearly):
            day = half_year(since) if half_yearly else since
            known = self.percent_on(table, day)
            percent = None if known is None else known * times + margin
            if not steps or steps[-1].reference != known:
                steps.append(Step(max(since, first), percent, ground, known))
        return tuple(steps)

    def checked_until(self, table: str) -> date | None:
        """The last day of the half-year in which its newest rate begins.

        Rates are set for half-years: one entered since its first day, even unchanged,
        tells that somebody looked. None without any rate.
        """
        rates = self.rates.get(table)
        return next_half_year(rates[-1].since) - A_DAY if rates else None

    def _turns(
        self, table: str, first: date, last: date, half_yearly: bool
    ) -> Iterator[date]:
        """The days on which the rate may change, from first on."""
        yield first
        if half_yearly:
            turn = next_half_year(first)
            while turn <= last:
                yield turn
                turn = next_half_year(turn)
        else:
            for rate in self.rates.get(table, ()):
                if first < rate.since <= last:
                    yield rate.since


EMPTY = RateBook()


def book_of(rows: Iterable[tuple[str, date, Decimal]]) -> RateBook:
    """The book of rows of table, day and per cent, in whatever order."""
    rates: dict[str, list[DatedRate]] = {}
    for table, since, percent in sorted(rows):
        rates.setdefault(table, []).append(DatedRate(since, percent))
    return RateBook({table: tuple(dated) for table, dated in rates.items()})


def half_year(day: date) -> date:
    """The 1 January or 1 July on or before a day."""
    return date(day.year, 7 if day.month > 6 else 1, 1)


def next_half_year(day: date) -> date:
    """The first 1 January or 1 July after a day."""
    start = half_year(day)
    return date(day.year, 7, 1) if start.month == 1 else date(day.year + 1, 1, 1)


def highest(one: Sequence[Step], floor: Sequence[Step]) -> tuple[Step, ...]:
    """Day by day the higher of two rates; a rate nobody knows is never the higher."""
    days = sorted({step.since for step in (*one, *floor)})
    steps: list[Step] = []
    for day in days:
        here, least = step_on(one, day), step_on(floor, day)
        chosen = least if _higher(least, here) else here
        if chosen and not (steps and same_rate(steps[-1], chosen)):
            steps.append(replace(chosen, since=day))
    return tuple(steps)


def step_on(steps: Sequence[Step], day: date) -> Step | None:
    """The last step that began on or before a day."""
    for step in reversed(steps):
        if step.since <= day:
            return step
    return None


def same_rate(one: Step | None, other: Step | None) -> bool:
    """Whether two steps differ at most in the day since when they hold."""
    if one is None or other is None:
        return one is other
    return (one.percent, one.ground, one.reference) == (
        other.percent,
        other.ground,
        other.reference,
    )


def _higher(one: Step | None, other: Step | None) -> bool:
    if one is None or one.percent is None:
        return False
    return other is None or other.percent is None or one.percent > other.percent
