"""Proves each row of a bank's CSV file by the balance beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.rules.bank.statement import BankFileRefusal
from billing.rules.money import zero

if TYPE_CHECKING:
    from collections.abc import Sequence

    from moneyed import Money

Moved = tuple[int, "Money", "Money | None"]
"""The row, what it moves, and the balance after it if it is there."""


def running_balances(rows: Sequence[Moved]) -> tuple[Money | None, Money | None]:
    """The opening and closing balance; raises BankFileRefusal("running").

    The rows may begin with the oldest or the newest, and the balance may stand only
    beside the last row of a day.
    """
    if not any(balance is not None for _number, _amount, balance in rows):
        return None, None
    forward, wrong = _followed(rows)
    if wrong is None:
        return forward
    backward, other = _followed(rows[::-1])
    if other is None:
        return backward
    # Whichever of the two ways goes further is how the rows are meant.
    done = {number: place for place, (number, _a, _b) in enumerate(rows)}
    way = wrong if done[wrong[0]] >= len(rows) - 1 - done[other[0]] else other
    number, balance, found = way
    raise BankFileRefusal("running", row=number, balance=balance, found=found)


def _followed(
    rows: Sequence[Moved],
) -> tuple[tuple[Money | None, Money | None], tuple[int, Money, Money] | None]:
    """The balances at both ends, and the first row that is not as computed."""
    start = zero(rows[0][1].currency.code)
    opening: Money | None = None
    sum_so_far = start
    for number, amount, balance in rows:
        sum_so_far += amount
        if balance is None:
            continue
        if opening is None:
            opening = balance - sum_so_far
        elif opening + sum_so_far != balance:
            return (None, None), (number, balance, opening + sum_so_far)
    closing = None if opening is None else opening + sum_so_far
    return (opening, closing), None
