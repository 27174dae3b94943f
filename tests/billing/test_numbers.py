"""Numbers of a series: no gap, no double, never against the dates (I40)."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction

from billing.actions.numbering import NumberRefusal, take_numbers
from billing.numbers import next_number

pytestmark = pytest.mark.django_db


def test_each_series_and_year_counts_for_itself():
    assert take_numbers("F", 2026, 2) == ["F-2026-0001", "F-2026-0002"]
    assert take_numbers("F", 2027) == ["F-2027-0001"]
    assert take_numbers("CN", 2026) == ["CN-2026-0001"]
    assert take_numbers("F", 2026) == ["F-2026-0003"]


def test_the_next_number_is_told_without_being_taken():
    assert next_number("F", 2026) == "F-2026-0001"
    take_numbers("F", 2026)
    assert next_number("F", 2026) == next_number("F", 2026) == "F-2026-0002"


def test_what_is_rolled_back_gives_its_number_back():
    take_numbers("F", 2026, on=date(2026, 1, 5))
    with transaction.atomic():
        take_numbers("F", 2026, on=date(2026, 3, 1))
        transaction.set_rollback(True)
    assert take_numbers("F", 2026, on=date(2026, 1, 5)) == ["F-2026-0002"]


def test_numbers_follow_dates():
    take_numbers("F", 2026, on=date(2026, 1, 5))
    take_numbers("F", 2026, on=date(2026, 1, 5))
    take_numbers("F", 2026, on=date(2026, 1, 20))
    with pytest.raises(NumberRefusal, match=r"F-2026-0003.*20\.01\.2026"):
        take_numbers("F", 2026, on=date(2026, 1, 19))
    # A series without dates in between leaves the last date as it was.
    take_numbers("F", 2026)
    with pytest.raises(NumberRefusal):
        take_numbers("F", 2026, on=date(2026, 1, 19))
    assert take_numbers("F", 2026, on=date(2026, 1, 20)) == ["F-2026-0005"]


@pytest.mark.django_db(transaction=True)
def test_numbers_are_taken_in_a_transaction_only():
    with pytest.raises(RuntimeError):
        take_numbers("F", 2026)
