"""A total in parts: each its share, the last one what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moneyed import Money

from billing.rules.money import round_money, total

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal


def split_total(whole: Money, percents: Sequence[Decimal]) -> list[Money]:
    """The parts of a total by their percentages; together they are the total."""
    currency = whole.currency.code
    parts = [
        round_money(Money(whole.amount * percent / 100, currency))
        for percent in percents[:-1]
    ]
    return [*parts, whole - total(parts, currency)]
