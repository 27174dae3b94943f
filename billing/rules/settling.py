"""What may be given up of a claim without money: small differences and discounts."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from billing.rules.money import decimals, money

if TYPE_CHECKING:
    from datetime import date

    from moneyed import Money

# By the decimals of a currency: 500 JPY, 5.00 CHF or EUR, 1.500 KWD.
LIMITS = {0: Decimal(500), 2: Decimal(5), 3: Decimal("1.5")}


def largest_difference(currency: str) -> Money:
    """The most that counts as a payment difference; above it is a loss."""
    return money(LIMITS.get(decimals(currency), Decimal(5)), currency)


def discount_of(total: Money, percent: Decimal) -> Money:
    """The discount that was offered on an invoice, rounded half-up."""
    return money(total.amount * percent / 100, total.currency.code)


def in_time(on: date, until: date | None) -> bool:
    """Whether the day is within the days of the discount."""
    return until is not None and on <= until
