"""Which period's statements come by themselves, and when the next ones do."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statements.rules.schedule import due_end, last_end, next_day

LONG_AGO = date(2000, 1, 1)
DAYS = st.dates(date(2020, 1, 1), date(2032, 12, 31))
RHYTHMS = st.sampled_from(["monthly", "quarterly"])
WAITS = st.integers(1, 28)


@pytest.mark.parametrize(
    ("rhythm", "wait", "today", "end"),
    [
        ("monthly", 3, "2026-11-02", "2026-09-30"),
        ("monthly", 3, "2026-11-03", "2026-10-31"),
        ("monthly", 28, "2026-03-27", "2026-01-31"),
        ("monthly", 28, "2026-03-28", "2026-02-28"),
        ("monthly", 1, "2028-03-01", "2028-02-29"),
        ("monthly", 1, "2026-01-01", "2025-12-31"),
        ("quarterly", 5, "2026-07-04", "2026-03-31"),
        ("quarterly", 5, "2026-07-05", "2026-06-30"),
        ("quarterly", 1, "2026-12-31", "2026-09-30"),
    ],
)
def test_a_period_comes_some_days_after_its_end(rhythm, wait, today, end):
    found = due_end(rhythm, wait, date.fromisoformat(today), LONG_AGO)
    assert found == date.fromisoformat(end)


def test_what_came_before_the_schedule_was_set_was_not_missed():
    set_on = date(2026, 11, 22)
    assert due_end("monthly", 3, set_on, set_on) is None
    assert due_end("monthly", 3, date(2026, 12, 3), set_on) == date(2026, 11, 30)
    assert due_end("monthly", 3, set_on, date(2026, 11, 3)) == date(2026, 10, 31)


@given(RHYTHMS, WAITS, DAYS)
def test_the_next_day_is_the_first_on_which_another_period_has_come(
    rhythm, wait, today
):
    now = due_end(rhythm, wait, today, LONG_AGO)
    day, end = next_day(rhythm, wait, today)
    assert day > today
    assert due_end(rhythm, wait, day - timedelta(days=1), LONG_AGO) == now
    assert due_end(rhythm, wait, day, LONG_AGO) == end > now


@given(RHYTHMS, DAYS)
def test_periods_end_where_the_next_begins(rhythm, day):
    end = last_end(rhythm, day)
    after = end + timedelta(days=1)
    assert end <= day < end + timedelta(days=93)
    assert after.day == 1
    assert rhythm == "monthly" or after.month in {1, 4, 7, 10}
