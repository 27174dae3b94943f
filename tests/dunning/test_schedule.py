"""Which day a policy is due on: chosen weekdays, holidays, missed days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunning.facts.holidays import holidays_of
from dunning.rules.schedule import due_day, next_working_day, scheduled_day
from tests.make import day

FRIDAY, MONDAY = day("2026-04-03"), day("2026-04-06")
EASTER = {FRIDAY, MONDAY}


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("2026-04-02", "2026-04-02"),
        ("2026-04-03", "2026-04-07"),  # Good Friday, Easter Monday
        ("2026-04-04", "2026-04-07"),  # a Saturday before a holiday
        ("2026-04-11", "2026-04-13"),
    ],
)
def test_the_next_working_day(asked, answer):
    assert next_working_day(day(asked), EASTER) == day(answer)


@pytest.mark.parametrize(
    ("today", "weekdays", "done", "due"),
    [
        ("2026-03-30", "1", None, "2026-03-30"),
        ("2026-03-30", "1", "2026-03-30", None),  # once a day
        ("2026-03-31", "1", "2026-03-30", None),
        ("2026-03-31", "1", "2026-03-23", "2026-03-30"),  # a missed day is caught up
        ("2026-04-02", "13", "2026-03-23", "2026-04-01"),  # two missed: one turn
        ("2026-04-06", "1", "2026-03-30", None),  # a holiday
        ("2026-04-07", "1", "2026-03-30", "2026-04-07"),  # the day after it
        ("2026-04-07", "15", "2026-03-30", "2026-04-07"),  # both moved: one turn
        ("2026-04-05", "5", "2026-03-27", None),
        ("2026-04-11", "6", "2026-04-04", "2026-04-11"),  # a chosen Saturday is meant
    ],
)
def test_the_day_a_policy_is_due_on(today, weekdays, done, due):
    found = due_day(day(today), weekdays, EASTER, done and day(done))
    assert found == (due and day(due))


days = st.integers(0, 60).map(lambda n: day("2026-03-01") + timedelta(days=n))


@settings(max_examples=60)
@given(
    st.sets(st.sampled_from("1234567"), min_size=1),
    st.sets(days, max_size=12),
    st.sets(days, min_size=1),
    st.integers(1, 3),
)
def test_every_chosen_weekday_is_done_on_its_day_or_moved_and_none_twice(
    chosen, holidays, clock, times
):
    """Whatever days the clock goes on, and however often on each."""
    weekdays, done = "".join(sorted(chosen)), {}
    last = None
    for today in sorted(clock):
        for _again in range(times):
            due = due_day(today, weekdays, holidays, last)
            if due:
                assert due not in done
                done[due] = today
                last = due
    first, end = min(clock), max(clock)
    assert len(set(done.values())) == len(done)
    for due, on in done.items():
        assert due <= on
        assert due not in holidays
    for n in range((end - first).days + 1):
        wanted = first + timedelta(days=n)
        moved = scheduled_day(wanted, holidays)
        if str(wanted.isoweekday()) in weekdays and moved <= end:
            # Its turn, or a later one that caught it up by the next look.
            look = min(today for today in clock if today >= moved)
            assert any(moved <= due and on <= look for due, on in done.items())


def test_public_holidays_come_from_the_library():
    swiss = holidays_of("CH", [2026])
    assert date(2026, 8, 1) in swiss
    assert date(2026, 12, 25) in holidays_of("DE", [2025, 2026])
    assert date(2026, 7, 14) in holidays_of("FR", [2026])
    assert holidays_of("XX", [2026]) == frozenset()
