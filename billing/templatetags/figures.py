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
