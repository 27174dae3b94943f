"""What a bill comes to: its lines, its VAT per rate, its rounding, its total."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from moneyed import Money

from billing.rules.money import money, round_money, total, zero

if TYPE_CHECKING:
    from collections.abc import Sequence

HUNDRED = Decimal(100)
FIVE_RAPPEN = Decimal("0.05")


@dataclass(frozen=True, slots=True)
class Rate:
    """A VAT rate as lines bear it; `category` is that of EN 16931."""

    code: str
    percent: Decimal
    category: str = "S"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """What is charged: quantity × price, less a discount; the price net or gross."""

    description: str
    quantity: Decimal
    price: Decimal
    rate: Rate
    unit: str = ""
    discount_percent: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class VatRow:
    """Net and VAT of all lines at one rate, the VAT rounded once."""

    rate: Rate
    net: Money
    vat: Money


@dataclass(frozen=True, slots=True)
class Totals:
    """A bill's figures: total = net + vat + rounding; one amount for each line.

    The amounts of lines are net or gross as the prices are.
    """

    amounts: list[Money]
    vat_rows: list[VatRow]
    net: Money
    vat: Money
    rounding: Money
    total: Money


def line_amount(line: Line, currency: str) -> Money:
    """Quantity × price − discount, rounded once to the currency's decimals."""
    part = 1 - line.discount_percent / HUNDRED
    return round_money(Money(line.quantity * line.price * part, currency))


def bill_totals(
    lines: Sequence[Line],
    currency: str,
    *,
    prices_include_vat: bool = False,
    round_to_five: bool = False,
) -> Totals:
    """All figures of a bill; VAT is rounded once per rate, never per line.

    With gross prices the VAT is taken out of the sum of each rate. Rounding to
    0.05 (no smaller coin in Switzerland) is a figure of its own.
    """
    amounts = [line_amount(line, currency) for line in lines]
    sums: dict[Rate, Money] = {}
    for line, amount in zip(lines, amounts, strict=True):
        sums[line.rate] = sums.get(line.rate, zero(currency)) + amount
    rows = [
        _vat_row(rate, amount, prices_include_vat=prices_include_vat)
        for rate, amount in sorted(
            sums.items(), key=lambda item: (-item[0].percent, item[0].code)
        )
    ]
    net = total((row.net for row in rows), currency)
    vat = total((row.vat for row in rows), currency)
    rounding = _to_five(net + vat) if round_to_five else zero(currency)
    return Totals(amounts, rows, net, vat, rounding, net + vat + rounding)


def _vat_row(rate: Rate, amount: Money, *, prices_include_vat: bool) -> VatRow:
    currency = amount.currency.code
    if prices_include_vat:
        # The division comes last: a half must stay one (4 % in 0.13 are 0.005).
        exact = amount.amount * rate.percent / (HUNDRED + rate.percent)
        vat = round_money(Money(exact, currency))
        return VatRow(rate, amount - vat, vat)
    vat = round_money(Money(amount.amount * rate.percent / HUNDRED, currency))
    return VatRow(rate, amount, vat)


def _to_five(amount: Money) -> Money:
    """What is missing to the next multiple of 0.05, half-up."""
    steps = (amount.amount / FIVE_RAPPEN).quantize(Decimal(1), ROUND_HALF_UP)
    return money(steps * FIVE_RAPPEN - amount.amount, amount.currency.code)
