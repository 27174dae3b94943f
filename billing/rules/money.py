"""The only arithmetic on money: round, total, and plain text."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import TYPE_CHECKING

from moneyed import Currency, Money, get_currency

if TYPE_CHECKING:
    from collections.abc import Iterable

# SQLite keeps decimals as 8-byte floats: exact up to 15 significant digits.
# Amounts have up to 3 decimals (KWD), so 12 digits stay for the whole part.
LARGEST = Decimal("999999999999.999")


def decimals(currency: str | Currency) -> int:
    """How many decimals the currency has: CHF 2, JPY 0, KWD 3 (ISO 4217)."""
    return len(str(_currency(currency).sub_unit)) - 1


def round_money(amount: Money) -> Money:
    """Half-up to the currency's own decimals, away from zero at the half.

    `Money.round` is banker's rounding and does not know the currency's decimals
    (10.005 EUR becomes 10.00, 10.5 JPY stays 10.50), so it is never called.
    """
    step = _step(amount.currency.code)
    return Money(amount.amount.quantize(step, ROUND_HALF_UP), amount.currency)


def money(amount: Decimal | str | int | Money, currency: str) -> Money:
    """An amount in a currency, with that currency's decimals.

    Takes what the database gives: money from a row, a bare decimal from values.
    """
    figure = amount.amount if isinstance(amount, Money) else Decimal(amount)
    return Money(figure.quantize(_step(currency), ROUND_HALF_UP), currency)


@cache
def zero(currency: str) -> Money:
    """Nothing, in a currency."""
    return money(0, currency)


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum in one currency; raises TypeError for an amount in another."""
    figure, start = Decimal(0), zero(currency)
    for amount in amounts:
        if amount.currency != start.currency:
            raise TypeError(f"{amount} is not in {currency}.")
        figure += amount.amount
    return Money(figure, start.currency) if figure else start


def plain(amount: Money) -> str:
    """The amount alone with the currency's decimals: "1200.00", JPY "1200"."""
    rounded = round_money(amount).amount
    return str(abs(rounded) if rounded == 0 else rounded)


def from_units(units: int | None, currency: str) -> Money:
    """Money from the thousandths in which exact sums are made in SQL."""
    return money(Decimal(units or 0) / 1000, currency)


@cache
def _step(currency: str) -> Decimal:
    return Decimal(1).scaleb(-decimals(currency))


def _currency(currency: str | Currency) -> Currency:
    return get_currency(currency) if isinstance(currency, str) else currency
