"""Money, dates and numbers in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from babel.dates import format_date
from babel.numbers import format_decimal
from django import template
from django.conf import settings
from django.utils.translation import get_language

if TYPE_CHECKING:
    from datetime import date, datetime

    from moneyed import Money

register = template.Library()


def locale() -> str:
    """The Babel locale of the active language in the company's country.

    COUNTRY comes from the settings: a Swiss company writes 1’234.50 in every
    language, a French one 1 234,50, a German one 1.234,50.
    """
    language = (get_language() or "en")[:2]
    return f"{language}_{settings.COUNTRY}"


def figures() -> str:
    """The locale for figures; Babel's fr_CH writes 1 234,50, Swiss desks 1’234.50."""
    return "de_CH" if settings.COUNTRY == "CH" else locale()


@register.filter
def amount(value: Money | None) -> str:
    """An amount without its currency, with the currency's decimals."""
    if value is None:
        return ""
    digits = len(str(value.currency.sub_unit)) - 1
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(value.amount, format=pattern, locale=figures())


@register.filter
def money(value: Money | None) -> str:
    """An amount with its currency code before it."""
    return "" if value is None else f"{value.currency.code}\u00a0{amount(value)}"


@register.filter
def day(value: date | None) -> str:
    """A date in figures."""
    return "" if value is None else format_date(value, day_pattern(), locale=locale())


@register.filter(expects_localtime=True)
def localday(value: datetime | None) -> str:
    """The day of an instant, in the company's time zone."""
    return "" if value is None else day(value.date())


@register.filter
def long_day(value: date | None) -> str:
    """A date with the month's name, as it stands on a letter."""
    return "" if value is None else format_date(value, "long", locale=locale())


def day_pattern() -> str:
    """Two-digit day and month, four-digit year, in the order of the country."""
    if settings.COUNTRY in {"FR", "BE", "LU", "IT", "GB"}:
        return "dd/MM/yyyy"
    return "dd.MM.yyyy"


@register.filter
def lookup(mapping: dict[str, Any], key: str) -> Any:
    """The entry of a dictionary."""
    return mapping.get(key)


@register.filter
def in_fours(iban: str) -> str:
    """An IBAN in groups of four, as people read it."""
    return " ".join(iban[i : i + 4] for i in range(0, len(iban), 4))
