"""Shares what is left of a payment out to what letters charged beside the invoices."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from billing.rules.money import zero

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from moneyed import Money

# Costs before interest (CO 85, BGB 367); the principal is put to its invoices first.
ORDER = {"fee": 0, "lump_sum": 0, "interest": 1}


class Owed(NamedTuple):
    """What is open of a fee, of interest or of a lump sum."""

    charge: int
    kind: str
    dated_on: date
    open: Money


def share_out(left: Money, owed: Iterable[Owed]) -> dict[int, Money]:
    """How much each charge gets (by key): costs first, then interest, oldest first."""
    found: dict[int, Money] = {}
    for row in sorted(owed, key=_place):
        part = min(left, row.open)
        if part > zero(left.currency.code):
            found[row.charge] = part
            left -= part
    return found


def _place(row: Owed) -> tuple[int, date, int]:
    return ORDER[row.kind], row.dated_on, row.charge
