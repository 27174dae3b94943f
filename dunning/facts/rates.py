"""Reads the dated reference rates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dunning.models import Rate
from dunning.rules.rates import HALF_YEARLY, book_of

if TYPE_CHECKING:
    from datetime import date

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
