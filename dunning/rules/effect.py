"""What reminders led to, counted exactly: shares, medians, days sales outstanding."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from billing.rules.money import zero

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from moneyed import Money

QUARTER = 90
# So many paid invoices say something about a client.
FEW = 3


@dataclass(frozen=True, slots=True)
class Reminded:
    """Invoices that were reminded alike: same level, day, deadline and end.

    `paid_on` is None for those that were not paid before the next reminder.
    """

    level: int
    currency: str
    run_on: date
    deadline_on: date
    paid_on: date | None
    invoices: int
    claimed: Money


@dataclass(slots=True)
class LevelEffect:
    """What the letters of a level led to in one currency."""

    level: int
    currency: str
    claimed: Money
    recovered: Money
    letters: int = 0
    invoices: int = 0
    paid: int = 0
    expired: int = 0
    in_time: int = 0
    days: Counter[int] = field(default_factory=Counter)

    @property
    def median_days(self) -> Decimal | None:
        """Days from the letter to full payment, of those that paid."""
        return median(self.days)

    @property
    def share_in_time(self) -> int | None:
        """Percent paid by the deadline, of those whose deadline is over."""
        return percent(self.in_time, self.expired)


def effects(
    reminded: Iterable[Reminded],
    letters: Mapping[tuple[str, int], int],
    recovered: Mapping[tuple[str, int], Money],
    today: date,
) -> list[LevelEffect]:
    """What each level led to, by currency; `letters` and `recovered` by both."""
    found: dict[tuple[str, int], LevelEffect] = {}
    for some in reminded:
        key = some.currency, some.level
        effect = found.get(key)
        if effect is None:
            nothing = zero(some.currency)
            effect = found[key] = LevelEffect(
                some.level,
                some.currency,
                nothing,
                recovered.get(key, nothing),
                letters.get(key, 0),
            )
        _add(effect, some, today)
    return [found[key] for key in sorted(found)]


def _add(effect: LevelEffect, some: Reminded, today: date) -> None:
    effect.invoices += some.invoices
    effect.claimed += some.claimed
    if some.deadline_on < today:
        effect.expired += some.invoices
    if some.paid_on is None:
        return
    effect.paid += some.invoices
    effect.days[(some.paid_on - some.run_on).days] += some.invoices
    if some.paid_on <= some.deadline_on < today:
        effect.in_time += some.invoices


def median(counts: Mapping[int, int]) -> Decimal | None:
    """The exact middle of numbers that are given with how often each occurs."""
    total = sum(counts.values())
    if not total:
        return None
    below = [(total - 1) // 2, total // 2]
    middle, passed = [], 0
    for number in sorted(counts):
        passed += counts[number]
        while below and below[0] < passed:
            middle.append(number)
            below.pop(0)
    return Decimal(sum(middle)) / 2


def percent(part: int, whole: int) -> int | None:
    """Whole percent, half-up; None of nothing."""
    return rounded(Decimal(part * 100) / whole) if whole else None


def rounded(number: Decimal) -> int:
    """Half-up to a whole number."""
    return int(number.quantize(Decimal(1), ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class Dso:
    """Days sales outstanding at the end of a day, in both ways; None: not to say."""

    on: date
    simple: int | None
    counted_back: int | None


def dso(receivables: Money, invoiced: Mapping[date, Money], on: date) -> Dso:
    """Both figures of a day (domain §14); `invoiced` by day.

    Simple: receivables by what was invoiced in the last 90 days, times 90.
    """
    recent = sum(
        (
            sales.amount
            for day, sales in invoiced.items()
            if on - timedelta(days=QUARTER) < day <= on
        ),
        Decimal(0),
    )
    simple = rounded(receivables.amount * QUARTER / recent) if recent else None
    return Dso(on, simple, count_back(receivables.amount, _months(invoiced, on)))


def count_back(
    receivables: Decimal, months: Sequence[tuple[int, Decimal]]
) -> int | None:
    """Receivables used up by the sales of the newest month, the one before, and so on.

    A month is (days, invoiced), the newest first; the last is counted by its share.
    None when more is open than was ever invoiced in them.
    """
    days, left = Decimal(0), receivables
    for length, sales in months:
        if left <= 0:
            break
        if sales >= left:
            return rounded(days + left / sales * length)
        days, left = days + length, left - sales
    return rounded(days) if left <= 0 else None


def _months(invoiced: Mapping[date, Money], on: date) -> list[tuple[int, Decimal]]:
    """Days and sales of each month up to the day, the newest first."""
    sales: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for day, amount in invoiced.items():
        if day <= on:
            sales[day.year, day.month] += amount.amount
    found, last = [], on
    while sales and (last.year, last.month) >= min(sales):
        found.append((last.day, sales.get((last.year, last.month), Decimal(0))))
        last -= timedelta(days=last.day)
    return found


class Advice(StrEnum):
    """What the way a client pays suggests."""

    FEW = "few"
    ON_TIME = "on_time"
    BROKEN = "broken"
    CALL_EARLIER = "call_earlier"
    SHORTER_TERMS = "shorter_terms"
    AFTER_FIRST = "after_first"


@dataclass(frozen=True, slots=True)
class Paid:
    """An invoice that a client paid: when, and at which reminder level."""

    due_on: date
    paid_on: date
    level: int

    @property
    def days_late(self) -> int:
        """Days after the due date; negative before it."""
        return (self.paid_on - self.due_on).days


@dataclass(frozen=True, slots=True)
class Profile:
    """How a client pays: of its invoices paid last."""

    invoices: int
    median_days_late: Decimal | None
    share_on_time: int | None
    usual_level: int
    kept: int
    broken: int
    advice: Advice


def profile(paid: Sequence[Paid], kept: int = 0, broken: int = 0) -> Profile:
    """How a client pays, and what that suggests.

    The usual level is the median of those reached by the invoices paid late, the
    lower one of two.
    """
    late = sorted(invoice.level for invoice in paid if invoice.days_late > 0)
    usual = late[(len(late) - 1) // 2] if late else 0
    on_time = percent(len(paid) - len(late), len(paid))
    return Profile(
        len(paid),
        median(Counter(invoice.days_late for invoice in paid)),
        on_time,
        usual,
        kept,
        broken,
        _advice(len(paid), on_time or 0, usual, kept, broken),
    )


def _advice(paid: int, on_time: int, usual: int, kept: int, broken: int) -> Advice:
    if broken > kept:
        return Advice.BROKEN
    if paid < FEW:
        return Advice.FEW
    if on_time >= 80:
        return Advice.ON_TIME
    if usual >= 2:
        return Advice.CALL_EARLIER
    return Advice.AFTER_FIRST if usual else Advice.SHORTER_TERMS
