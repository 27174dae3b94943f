"""Late interest: on the principal only, day by day, in segments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from moneyed import Money

from billing.rules.money import money, plain, round_money
from dunning.rules.rates import Ground, same_rate, step_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from moneyed import Currency

    from billing.rules.items import Settlement
    from dunning.rules.rates import Step

THIRTY = "30/360"
BASIS = {"365": 365, THIRTY: 360}
A_DAY = timedelta(days=1)
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Segment:
    """Days, both named ones included, of one principal and one rate.

    Per cent is None where no rate was known: those days bear no interest. `left` is
    the principal from the day after on.
    """

    since: date
    until: date
    principal: Money
    percent: Decimal | None
    days: int
    interest: Money
    left: Money
    day_count: str = "365"
    ground: Ground = Ground.LEVEL
    reference: Decimal | None = None

    @property
    def daily(self) -> Money:
        """What each day after it costs, as long as nothing changes."""
        return _interest(self.left, self.percent, 1, self.day_count)


def interest(segments: Iterable[Segment], nothing: Money) -> Money:
    """The sum of the segments as printed, so that a letter adds up."""
    return sum((segment.interest for segment in segments), nothing)


def interest_segments(
    total: Money,
    settlements: Iterable[Settlement],
    steps: Sequence[Step],
    due_on: date,
    until: date,
    day_count: str = "365",
    less: Money | None = None,
) -> list[Segment]:
    """Interest from the day after the due date up to and including `until`.

    A payment's own day still counts at the old principal; a rate counts from its own
    day. Each segment is rounded half-up. On `less`, which is disputed and therefore
    not claimed, there is none. Without steps there is no interest.
    """
    if not steps or until <= due_on:
        return []
    changes = sorted(
        (settlement.effective_on, settlement.amount.amount)
        for settlement in settlements
        if settlement.effective_on <= until
    )
    ends = {day for day, _amount in changes} | {step.since - A_DAY for step in steps}
    days = [due_on, *sorted(day for day in ends if due_on < day < until), until]
    claimed = total.amount - less.amount if less else total.amount
    owed = _owed(claimed, changes, days)
    spans: list[_Span] = []
    for (start, principal), (end, left) in pairwise(zip(days, owed, strict=True)):
        step, before = step_on(steps, start + A_DAY), spans[-1] if spans else None
        if before and before.owed == principal and same_rate(before.step, step):
            spans[-1] = _Span(before.start, end, principal, left, before.step)
        else:
            spans.append(_Span(start, end, principal, left, step))
    made = (_segment(span, total.currency, day_count) for span in spans)
    return [segment for segment in made if segment.days]


def days_between(start: date, end: date, day_count: str) -> int:
    """The days after `start` up to and including `end`.

    30/360 is 30E/360 (ICMA rule 251; ISDA 2006 definitions 4.16 g): every month has 30
    days and the 31st counts as the 30th. It alone of the 30/360 conventions adds up
    over parts, which segments need.
    """
    if day_count != THIRTY:
        return (end - start).days
    return _thirty(end) - _thirty(start)


def _thirty(day: date) -> int:
    return 360 * day.year + 30 * day.month + min(day.day, 30)


class _Span(NamedTuple):
    """The days after `start` up to `end`, with what was owed in and after them."""

    start: date
    end: date
    owed: Decimal
    left: Decimal
    step: Step | None


def _owed(
    total: Decimal, changes: list[tuple[date, Decimal]], days: list[date]
) -> list[Decimal]:
    """What is owed from the day after each day on; never less than nothing."""
    owed, place = total, 0
    amounts: list[Decimal] = []
    for day in days:
        while place < len(changes) and changes[place][0] <= day:
            owed -= changes[place][1]
            place += 1
        amounts.append(max(owed, NOTHING))
    return amounts


def _segment(span: _Span, currency: Currency, day_count: str) -> Segment:
    days = days_between(span.start, span.end, day_count)
    principal, step = Money(span.owed, currency), span.step
    percent = step.percent if step else None
    return Segment(
        span.start + A_DAY,
        span.end,
        principal,
        percent,
        days,
        _interest(principal, percent, days, day_count),
        Money(span.left, currency),
        day_count,
        step.ground if step else Ground.LEVEL,
        step.reference if step else None,
    )


def _interest(
    principal: Money, percent: Decimal | None, days: int, day_count: str
) -> Money:
    if percent is None:
        return Money(NOTHING, principal.currency)
    exact = principal.amount * percent * days / (100 * BASIS[day_count])
    return round_money(Money(exact, principal.currency))


def segment_json(segment: Segment) -> dict[str, Any]:
    """A segment as a charge keeps it (`Charge.detail`), amounts as plain text."""
    return {
        "since": segment.since.isoformat(),
        "until": segment.until.isoformat(),
        "principal": plain(segment.principal),
        "percent": _figure(segment.percent),
        "days": segment.days,
        "interest": plain(segment.interest),
        "left": plain(segment.left),
        "day_count": segment.day_count,
        "ground": str(segment.ground),
        "reference": _figure(segment.reference),
    }


def segment_of(kept: dict[str, Any], currency: str) -> Segment:
    """A segment as it was when its letter was issued."""
    return Segment(
        date.fromisoformat(kept["since"]),
        date.fromisoformat(kept["until"]),
        money(kept["principal"], currency),
        _rate(kept["percent"]),
        kept["days"],
        money(kept["interest"], currency),
        money(kept["left"], currency),
        kept["day_count"],
        Ground(kept["ground"]),
        _rate(kept["reference"]),
    )


def _figure(rate: Decimal | None) -> str | None:
    return None if rate is None else f"{rate:f}"


def _rate(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
