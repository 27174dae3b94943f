"""Amounts as people write them."""

from __future__ import annotations

import re
from decimal import Decimal

# 1234.50, 1'234.50, 1’234,50, 1 234,50, 1,234.50 and 1.234,50: the last mark is
# the decimal one, and thousands are whole groups of three.
AMOUNT = re.compile(
    r"(?P<whole>[0-9]{1,3}(?P<group>['’ \u00a0\u202f.,])[0-9]{3}"
    r"(?:(?P=group)[0-9]{3})*|[0-9]{1,12})(?:(?!(?P=group))[.,](?P<part>[0-9]{1,3}))?"
)


class NoAmount(ValueError):
    """What was typed is no amount: `form`, `ambiguous`, `decimals`, or `large`."""


def read_amount(text: str, decimals: int) -> Decimal:
    """The amount that was meant, in a currency of so many decimals.

    Raises NoAmount for 1e5, １２, 1.005 and the like, and for 1.234, which means
    one thing in Berne and another in Berlin.
    """
    match = AMOUNT.fullmatch(text)
    if not match:
        raise NoAmount("form")
    whole, group, part = match["whole"], match["group"], match["part"] or ""
    if group in {".", ","} and not part and whole.count(group) == 1:
        if decimals < 3:
            raise NoAmount("ambiguous")
        whole, part = whole.split(group)
    if len(part) > decimals:
        raise NoAmount("decimals")
    digits = re.sub("[^0-9]", "", whole)
    if len(digits) > 12:
        raise NoAmount("large")
    return Decimal(f"{digits}.{part or 0}")
