"""Whether a promise to pay was kept: from what was paid, and when."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from billing.rules.money import total, zero

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from moneyed import Money

    from billing.rules.items import Settlement


class Outcome(StrEnum):
    """What became of a promise."""

    KEPT = "kept"
    RUNNING = "running"
    BROKEN = "broken"
    # Taken back by a person before its day, or about nothing that was late.
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Owed:
    """An invoice that a promise is about: its total, and what settles it.

    Only what still counts: a payment that was reversed is none.
    """

    total: Money
    settlements: Sequence[Settlement] = ()

    def settled(self, last: date, since: date | None = None) -> Money:
        """What was settled by a day, from a day on."""
        return total(
            (
                part.amount
                for part in self.settlements
                if part.effective_on <= last
                and (since is None or part.effective_on >= since)
            ),
            self.total.currency.code,
        )

    def is_paid(self, on: date) -> bool:
        """Whether nothing is open on a day."""
        return self.settled(on) >= self.total


@dataclass(frozen=True, slots=True)
class Promise:
    """To pay invoices by a day: all of it, or an amount of the only one."""

    since: date
    until: date
    owed: Sequence[Owed]
    amount: Money | None = None
    released_on: date | None = None


def outcome(promise: Promise, on: date) -> Outcome:
    """How a promise stands on a day; kept as soon as it is paid.

    A payment on the last day is in time, and one on the day it was given counts.
    """
    last = min(promise.until, on)
    if _is_kept(promise, last):
        return Outcome.KEPT
    released = promise.released_on
    if not promise.owed or (released is not None and released <= last):
        return Outcome.RELEASED
    return Outcome.RUNNING if on <= promise.until else Outcome.BROKEN


def paid_by(promise: Promise, on: date) -> dict[str, Money]:
    """What was paid in time since a promise was given, by currency."""
    last = min(promise.until, on)
    found: dict[str, Money] = {}
    for owed in promise.owed:
        code = owed.total.currency.code
        paid = owed.settled(last, promise.since)
        found[code] = found.get(code, zero(code)) + paid
    return {code: paid for code, paid in found.items() if paid}


def tally(outcomes: Iterable[Outcome]) -> dict[Outcome, int]:
    """How often each outcome came; every one is named."""
    counts = dict.fromkeys(Outcome, 0)
    for each in outcomes:
        counts[each] += 1
    return counts


def _is_kept(promise: Promise, last: date) -> bool:
    if promise.amount is not None:
        paid = total(
            (owed.settled(last, promise.since) for owed in promise.owed),
            promise.amount.currency.code,
        )
        if paid >= promise.amount:
            return True
    return bool(promise.owed) and all(owed.is_paid(last) for owed in promise.owed)
