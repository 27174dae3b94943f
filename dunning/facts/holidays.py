"""Public holidays of the company's country, from the library `holidays`."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from clients.facts import company

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


def holidays_of(country: str, years: Iterable[int]) -> frozenset[date]:
    """The national holidays; none for a country the library does not know.

    Those of cantons, Länder and départements are left out: an address does not say
    which of them the company keeps.
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
    return frozenset(holidays.country_holidays(country, years=years))
