"""Payment plans: equal parts from month to month, and whether they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from moneyed import Money

from billing.rules.money import decimals, zero
from billing.rules.recurrence import Rhythm

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

MOST = 36


@dataclass(frozen=True, slots=True)
class Part:
    """What is to be paid by a day."""

    due_on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class PartStanding:
    """An instalment, what has been paid of it, and whether its day passed unpaid."""

    part: Part
    paid: Money
    missed: bool

    @property
    def left(self) -> Money:
        """What is still to be paid of it."""
        return self.part.amount - self.paid


@dataclass(frozen=True, slots=True)
class Standing:
    """How a plan stands on a day: its instalments, oldest first."""

    parts: tuple[PartStanding, ...]

    @property
    def broken(self) -> bool:
        """Whether an instalment was not paid by its day, and still is not."""
        return any(part.missed for part in self.parts)

    @property
    def done(self) -> bool:
        """Whether everything is paid."""
        return not any(part.left for part in self.parts)

    @property
    def last_on(self) -> date:
        """The day by which everything is to be paid."""
        return self.parts[-1].part.due_on

    @property
    def next(self) -> PartStanding | None:
        """The first instalment that is not fully paid."""
        return next((part for part in self.parts if part.left), None)


def standing(parts: Sequence[Part], paid: Money, on: date) -> Standing:
    """How a plan stands when so much has been paid since it was agreed.

    What is paid goes to the oldest instalment first, whichever invoice it was put
    to. A payment on the day itself is in time.
    """
    left = max(paid, zero(paid.currency.code))
    found = []
    for part in sorted(parts, key=lambda part: part.due_on):
        here = min(left, part.amount)
        left -= here
        found.append(PartStanding(part, here, part.due_on < on and here < part.amount))
    return Standing(tuple(found))


def equal_parts(whole: Money, count: int, first: date) -> tuple[Part, ...]:
    """As many equal parts, one a month; the last one takes the rest.

    Months are counted from the first day, so that the 31st comes back after February.
    Fewer parts where the smallest coin does not suffice for all.
    """
    scale, currency = 10 ** decimals(whole.currency), whole.currency
    coins = int(whole.amount * scale)
    count = max(1, min(count, MOST, coins))
    each = Money(Decimal(coins // count) / scale, currency)
    amounts = [each] * (count - 1) + [whole - each * (count - 1)]
    days = Rhythm(first, 1).next_days(count)
    return tuple(Part(day, amount) for day, amount in zip(days, amounts, strict=True))
