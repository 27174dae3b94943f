"""Public holidays of the company's country, from the library `holidays`."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from clients.facts import company

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


def holidays_of(country: str, years: Iterable[int]) -> frozenset[date]:
    """The national holidays, and those that most of the country keeps.

    In Switzerland, where four days are national, Easter Monday is one of the latter. An
    address does not say which other ones of cantons and Länder the company keeps. None
    for a country the library does not know.
    """
    return _holidays(country.upper(), tuple(sorted(set(years))))


def company_holidays(*days: date) -> frozenset[date]:
    """Those around some days, in the country of the company: a year more, as well."""
    years = {day.year for day in days}
    return holidays_of(company().country, years | {year + 1 for year in years})


@lru_cache(maxsize=32)
def _holidays(country: str, years: tuple[int, ...]) -> frozenset[date]:
    # Imported where it is needed: it takes a second that no page should pay.
    import holidays  # noqa: PLC0415

    if country not in holidays.list_supported_countries():
        return frozenset()
    whole = holidays.country_holidays(country, years=years)
    parts = [
        holidays.country_holidays(country, subdiv=part, years=years)
        for part in whole.subdivisions
    ]
    kept_in = Counter(day for part in parts for day in part)
    return frozenset(whole) | {day for day, n in kept_in.items() if 2 * n >= len(parts)}
