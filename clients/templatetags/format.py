"""Money, dates and numbers in the reader's language."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.languages import get_official_languages
from babel.numbers import get_decimal_symbol, get_group_symbol
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
    return known(language, settings.COUNTRY) or language


def figures() -> str:
    """The locale for figures; Babel's fr_CH writes 1 234,50, Swiss desks 1’234.50.

    Nobody has said how German is written in France: there figures are French.
    """
    if settings.COUNTRY == "CH":
        return "de_CH"
    language = (get_language() or "en")[:2]
    return known(language, settings.COUNTRY) or at_home(settings.COUNTRY) or language


@cache
def known(language: str, country: str) -> str:
    """The locale of a language in a country; empty where Babel knows of none."""
    try:
        return str(Locale.parse(f"{language}_{country}"))
    except (UnknownLocaleError, ValueError):
        return ""


@cache
def at_home(country: str) -> str:
    """The locale of a country's own language."""
    spoken = get_official_languages(country, de_facto=True)
    return next(filter(None, (known(own, country) for own in spoken)), "")


@cache
def signs(name: str) -> dict[int, str]:
    """What a locale writes for Python's own signs in figures.

    Babel reads pattern and locale anew for each figure: a run of thousands of letters
    would spend a quarter of its time there.
    """
    return str.maketrans({",": get_group_symbol(name), ".": get_decimal_symbol(name)})


@register.filter
def amount(value: Money | None) -> str:
    """An amount without its currency, with the currency's decimals."""
    if value is None:
        return ""
    digits = len(str(value.currency.sub_unit)) - 1
    return f"{value.amount:,.{digits}f}".translate(signs(figures()))


@register.filter
def money(value: Money | None) -> str:
    """An amount with its currency code before it."""
    return "" if value is None else f"{value.currency.code}\u00a0{amount(value)}"


@register.filter
def day(value: date | None) -> str:
    """A date in figures: two-digit day and month, four-digit year, as in the country.

    By hand, like amounts: a statement of a thousand lines has thousands of them.
    """
    if value is None:
        return ""
    stroke = "/" if settings.COUNTRY in {"FR", "BE", "LU", "IT", "GB"} else "."
    return f"{value.day:02}{stroke}{value.month:02}{stroke}{value.year:04}"


@register.filter(expects_localtime=True)
def localday(value: datetime | None) -> str:
    """The day of an instant, in the company's time zone."""
    return "" if value is None else day(value.date())


@register.filter
def long_day(value: date | None) -> str:
    """A date with the month's name, as it stands on a letter."""
    return "" if value is None else format_date(value, "long", locale=locale())


@register.filter
def lookup(mapping: dict[str, Any], key: str) -> Any:
    """The entry of a dictionary."""
    return mapping.get(key)


@register.filter
def in_fours(iban: str) -> str:
    """An IBAN in groups of four, as people read it."""
    return " ".join(iban[i : i + 4] for i in range(0, len(iban), 4))
