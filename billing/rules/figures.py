"""Quantities, unit prices and percentages as people write them."""

from __future__ import annotations

import re
from decimal import Decimal

# As for amounts (1'234.50, 1 234,50, 1.234,50), with a sign and any decimals.
FIGURE = re.compile(
    r"(?P<sign>[-−]?)"
    r"(?P<whole>[0-9]{1,3}(?P<group>['’ \u00a0\u202f.,])[0-9]{3}"
    r"(?:(?P=group)[0-9]{3})*|[0-9]{1,15})(?:(?!(?P=group))[.,](?P<part>[0-9]{1,20}))?"
)
PLACES = 4


class Misread(ValueError):
    """A text that is no figure; its one argument is "wrong", "ambiguous" or "long"."""


def read_figure(
    text: str, places: int = PLACES, *, thousandths: bool = False
) -> Decimal:
    """The figure that was meant; Misread for 1e5, 1_000, １２, NaN and the like.

    1.234 can mean two things and is refused, unless `thousandths` says that three
    decimals are what one expects.
    """
    match = FIGURE.fullmatch(text)
    if not match:
        raise Misread("wrong")
    whole, group, part = match["whole"], match["group"], match["part"] or ""
    if group in {".", ","} and not part and whole.count(group) == 1:
        first, second = whole.split(group)
        if not thousandths and int(first):
            raise Misread("ambiguous")
        whole, part = first, second
    if len(part) > places:
        raise Misread("long")
    figure = Decimal(f"{re.sub('[^0-9]', '', whole)}.{part or 0}")
    return -figure if match["sign"] and figure else figure


def write_figure(figure: Decimal, least: int = 0) -> str:
    """The figure with as few decimals as it needs, and such that it reads back.

    Not exactly three unless they are expected: 1.234 becomes 1.2340.
    """
    _sign, digits, exponent = figure.normalize().as_tuple()
    places = max(least, -int(exponent)) if digits != (0,) else least
    if places == 3 and least != 3:
        places = PLACES
    return f"{figure:.{places}f}"
