"""What somebody who ticks invoices pays: what is open, less their credits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from moneyed import Money


@dataclass(frozen=True, slots=True)
class Due:
    """An invoice that can be paid: by when, and how much."""

    id: int
    due_on: date
    open: Money


def payable(
    items: Sequence[Due], ticked: Collection[int], net_due: Money
) -> list[tuple[int, Money]]:
    """What is paid on each invoice that is ticked, the oldest due first.

    Together never more than `net_due`, what is owed in all once credits are set off:
    whoever ticks everything pays the balance. Invoices and `net_due` are in one
    currency; an invoice for which nothing is left is not in the answer.
    """
    found, left = [], net_due
    for item in sorted(items, key=lambda item: (item.due_on, item.id)):
        part = min(item.open, left)
        if item.id in ticked and part.amount > 0:
            found.append((item.id, part))
            left -= part
    return found
