"""Several invoices of one client that come to exactly the amount paid."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

# More pairs than these would match by chance.
PAIRED = 40


def summing(amounts: Sequence[Decimal], paid: Decimal) -> tuple[int, ...]:
    """The places of the amounts that come to `paid`, or none.

    All of them, or the first ones (they come oldest first), or else the only ones that
    follow each other, or else the only two: a choice among more would be a guess.
    """
    count = len(amounts)
    if count < 2:
        return ()
    runs = [run for run in _runs(amounts, paid) if run[1] - run[0] > 1]
    for run in runs:
        if run[0] == 0:
            return tuple(range(*run))
    if len(runs) == 1:
        return tuple(range(*runs[0]))
    if runs or count > PAIRED:
        return ()
    pairs = [
        (one, other)
        for one, other in combinations(range(count), 2)
        if amounts[one] + amounts[other] == paid
    ]
    return pairs[0] if len(pairs) == 1 else ()


def _runs(amounts: Sequence[Decimal], paid: Decimal) -> list[tuple[int, int]]:
    """Where amounts that follow each other come to it; all of them are above zero."""
    found = []
    start, reached = 0, amounts[0] * 0
    for end, amount in enumerate(amounts, 1):
        reached += amount
        while reached > paid and start < end:
            reached -= amounts[start]
            start += 1
        if reached == paid and start < end:
            found.append((start, end))
    return found
