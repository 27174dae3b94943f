"""The days of a recurring invoice (domain §15: counted from the anchor)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rules.recurrence import END, Rhythm

rhythms = st.builds(
    Rhythm,
    first_on=st.dates(date(1990, 1, 1), date(2090, 12, 31)),
    every_months=st.sampled_from([1, 3, 6, 12]),
)


@pytest.mark.parametrize(
    ("first", "months", "days"),
    [
        ("2026-01-31", 1, ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        ("2027-12-30", 1, ["2027-12-30", "2028-01-30", "2028-02-29", "2028-03-30"]),
        ("2025-11-30", 3, ["2025-11-30", "2026-02-28", "2026-05-30", "2026-08-30"]),
        ("2025-08-31", 6, ["2025-08-31", "2026-02-28", "2026-08-31", "2027-02-28"]),
        ("2024-02-29", 12, ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28"]),
        ("2026-01-15", 1, ["2026-01-15", "2026-02-15", "2026-03-15", "2026-04-15"]),
    ],
)
def test_days_are_counted_from_the_first(first, months, days):
    rhythm = Rhythm(date.fromisoformat(first), months)
    assert [day.isoformat() for day in rhythm.next_days(4)] == days


def test_a_leap_day_comes_back_in_its_year():
    rhythm = Rhythm(date(2024, 2, 29), 12)
    assert rhythm.next_days(5)[-1] == date(2028, 2, 29)


@given(rhythms, st.integers(0, 60))
def test_the_day_of_the_month_is_the_firsts_or_the_months_last(rhythm, n):
    for day in rhythm.next_days(n):
        last = monthrange(day.year, day.month)[1]
        assert day.day == min(rhythm.first_on.day, last)


@given(rhythms, st.dates(date(2090, 1, 1), date(2100, 12, 31)), st.integers(0, 400))
def test_missed_days_are_the_same_all_at_once_or_one_by_one(rhythm, until, stop):
    every = rhythm.due(until)
    assert every == sorted(set(every))
    done = every[:stop]
    assert done + rhythm.due(until, after=done[-1] if done else None) == every


@given(rhythms)
def test_periods_follow_one_another_without_a_hole(rhythm):
    first, second, third = rhythm.next_days(3)
    assert rhythm.period(first)[0] == first
    assert (second - rhythm.period(first)[1]).days == 1
    assert (third - rhythm.period(second)[1]).days == 1


def test_it_ends_with_its_last_day():
    rhythm = Rhythm(date(2026, 1, 31), 1, date(2026, 3, 31))
    assert rhythm.next_days(9) == [
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
    ]
    assert Rhythm(date(2026, 2, 1), 1, date(2026, 1, 31)).next_days(9) == []
    assert all(day <= END for day in Rhythm(date(2100, 1, 1), 1).days())
