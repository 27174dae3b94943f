"""Ageing: how long open amounts are past their original due date."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from billing.rules.money import total, zero

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from moneyed import Money

    from billing.rules.items import OpenItem

# The last day of each bucket; ages above the last one are "over".
BUCKETS: dict[str, tuple[int | None, int | None]] = {
    "not_due": (None, 0),
    "1-30": (1, 30),
    "31-60": (31, 60),
    "61-90": (61, 90),
    "over_90": (91, None),
}


@dataclass(frozen=True, slots=True)
class Ageing:
    """Open amounts of one currency by age; unallocated credits beside them."""

    currency: str
    buckets: dict[str, Money]
    unallocated: Money
    open: Money = field(init=False)
    total: Money = field(init=False)

    def __post_init__(self) -> None:
        opened = total(self.buckets.values(), self.currency)
        object.__setattr__(self, "open", opened)
        object.__setattr__(self, "total", opened - self.unallocated)


def bucket_of(days_late: int) -> str:
    """The one bucket an age falls in: 0 is not due, 30 is 1-30, 31 is 31-60."""
    for name, (_first, last) in BUCKETS.items():
        if last is None or days_late <= last:
            return name
    raise AssertionError("the last bucket has no end")


def age_items(
    items: Iterable[OpenItem], unallocated: Money, currency: str, as_of: date
) -> Ageing:
    """Open amounts by days past the original due date, in one currency."""
    buckets = {name: zero(currency) for name in BUCKETS}
    for item in items:
        buckets[bucket_of(item.days_late(as_of))] += item.open
    return Ageing(currency, buckets, unallocated)
