"""Quantities, percentages and unit prices in the reader's figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel.numbers import format_decimal
from django import template

from billing.rules.money import decimals
from clients.templatetags.format import figures

if TYPE_CHECKING:
    from decimal import Decimal

register = template.Library()


@register.filter
def figure(value: Decimal | int | None) -> str:
    """A quantity or percentage with as few decimals as it needs."""
    if value is None:
        return ""
    return format_decimal(value, format="#,##0.####", locale=figures())


@register.filter
def price(value: Decimal | None, currency: str) -> str:
    """A unit price with the currency's decimals, and up to four where it has them."""
    if value is None:
        return ""
    least = decimals(currency)
    pattern = f"#,##0.{'0' * least}{'#' * (4 - least)}"
    return format_decimal(value, format=pattern, locale=figures())


@register.filter
def reference(text: str) -> str:
    """A payment reference in the groups in which it is printed."""
    if text.startswith("RF"):
        return " ".join(text[n : n + 4] for n in range(0, len(text), 4))
    first = len(text) % 5
    groups = [text[n : n + 5] for n in range(first, len(text), 5)]
    return " ".join(filter(None, [text[:first], *groups]))
