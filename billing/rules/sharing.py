"""Rounded parts that add up to a rounded whole."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from moneyed import Money

from billing.rules.money import decimals, round_money, total

if TYPE_CHECKING:
    from collections.abc import Sequence


def round_to_sum(exact: Sequence[Decimal], whole: Money) -> list[Money]:
    """Each amount rounded, and together the whole.

    What rounding lost or won goes to the largest, a smallest coin to each in turn.
    """
    currency = whole.currency.code
    parts = [round_money(Money(amount, currency)) for amount in exact]
    if not parts:
        return []
    coin = Decimal(1).scaleb(-decimals(currency))
    missing = (whole - total(parts, currency)).amount
    count = int((missing / coin).quantize(Decimal(1), ROUND_HALF_UP))
    step = Money(coin if count > 0 else -coin, currency)
    largest = sorted(range(len(parts)), key=lambda n: (-abs(parts[n].amount), n))
    for turn in range(abs(count)):
        parts[largest[turn % len(parts)]] += step
    return parts
