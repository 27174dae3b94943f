"""Reads the dated reference rates."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dunning.models import Rate
from dunning.rules.law import REGIMES, by_law
from dunning.rules.rates import HALF_YEARLY, book_of

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from dunning.rules.rates import RateBook


def rate_book() -> RateBook:
    """Every table of rates, with one query."""
    return book_of(Rate.objects.values_list("table", "since", "percent"))


def unchecked_tables(today: date) -> list[tuple[str, date | None]]:
    """The tables without a rate for the half-year of today, and their last day.

    The Swiss rate stands in the law, so that nobody needs to check it.
    """
    book = rate_book()
    known = [(table, book.checked_until(table)) for table in HALF_YEARLY]
    return [(table, day) for table, day in known if day is None or day < today]


class LegalRate(NamedTuple):
    """What the law of a country comes to on a day; None where no rate is known."""

    law: str
    consumer: bool
    percent: Decimal | None


def legal_rates(today: date) -> list[LegalRate]:
    """What may be charged by law today, by country, to companies and consumers."""
    book = rate_book()
    return [
        LegalRate(law, consumer, by_law(rate, book, today, today)[0].percent)
        for law, regime in REGIMES.items()
        for consumer, rate in ((False, regime.business), (True, regime.consumer))
        if rate
    ]
