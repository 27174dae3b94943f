"""Late interest: on the principal only, day by day, in segments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing.rules.money import round_money

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from decimal import Decimal

    from moneyed import Money

    from billing.rules.items import Settlement

DAYS_A_YEAR = 365


@dataclass(frozen=True, slots=True)
class Segment:
    """Days during which the principal stayed the same, and their interest."""

    principal: Money
    days: int
    interest: Money


def interest(segments: Iterable[Segment], nothing: Money) -> Money:
    """The sum of the segments as printed, so that a letter adds up."""
    return sum((segment.interest for segment in segments), nothing)


def interest_segments(
    total: Money,
    settlements: Iterable[Settlement],
    rate: Decimal,
    due_on: date,
    until: date,
) -> list[Segment]:
    """Interest from the day after the due date up to and including `until`.

    A payment's own day still counts at the old principal; each segment is rounded
    half-up (actual days / 365).
    """
    segments: list[Segment] = []
    principal, since = total, due_on
    for settlement in sorted(settlements, key=lambda s: s.effective_on):
        if settlement.effective_on > until:
            break
        if settlement.effective_on > since:
            segments.append(_segment(principal, rate, since, settlement.effective_on))
            since = settlement.effective_on
        principal -= settlement.amount
    if until > since:
        segments.append(_segment(principal, rate, since, until))
    return segments


def _segment(principal: Money, rate: Decimal, since: date, until: date) -> Segment:
    days = (until - since).days
    exact = principal * (rate * days / (100 * DAYS_A_YEAR))
    return Segment(principal, days, round_money(exact))
