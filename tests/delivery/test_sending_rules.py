"""When a message is tried again, and when the queue pauses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.rules.circuit import Permit, pause_after_failures, permit
from delivery.rules.retry import LAST_ATTEMPT, LONGEST, asked_pause, pause_after

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
JITTERS = st.floats(-1, 1)


def test_the_pauses_grow_until_a_message_is_given_up():
    found = [pause_after(n) for n in range(1, LAST_ATTEMPT + 1)]
    minutes = [pause and pause // timedelta(minutes=1) for pause in found]
    assert minutes == [1, 5, 15, 60, 240, 240, 240, 240, 240, None]


@given(st.integers(1, 2 * LAST_ATTEMPT), JITTERS)
def test_a_pause_is_at_most_a_tenth_off(attempts, jitter):
    whole, spread = pause_after(attempts), pause_after(attempts, jitter=jitter)
    assert (whole is None) == (spread is None)
    if whole:
        assert whole * 0.899 <= spread <= whole * 1.101


@given(st.integers(1, LAST_ATTEMPT - 1), JITTERS, st.timedeltas(timedelta()))
def test_what_a_server_asks_for_is_never_undercut_nor_longer_than_a_day(
    attempts, jitter, asked
):
    pause = pause_after(attempts, jitter=jitter, asked=asked)
    assert min(asked, LONGEST) <= pause <= LONGEST


@given(st.lists(JITTERS, min_size=LAST_ATTEMPT, max_size=LAST_ATTEMPT))
def test_all_pauses_together_are_less_than_a_day(jitters):
    pauses = [pause_after(n + 1, jitter=j) for n, j in enumerate(jitters)]
    assert sum(filter(None, pauses), timedelta()) < LONGEST


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("99999999999999", 24 * 3600),
        ("Mon, 02 Mar 2026 12:10:00 GMT", 600),
        ("Mon, 02 Mar 2026 11:10:00 GMT", 0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("٣", None),
    ],
)
def test_how_long_a_provider_asks_to_wait(said, seconds):
    pause = asked_pause(said, NOW)
    assert pause == (None if seconds is None else timedelta(seconds=seconds))


@given(st.text())
def test_whatever_a_provider_says_there_is_an_answer(said):
    pause = asked_pause(said, NOW)
    assert pause is None or timedelta() <= pause <= LONGEST


@pytest.mark.parametrize(
    ("failures", "minutes"),
    [(0, None), (4, None), (5, 1), (6, 2), (7, 4), (8, 8), (9, 15), (99, 15)],
)
def test_the_queue_pauses_after_five_failures_in_a_row(failures, minutes):
    assert pause_after_failures(failures) == (minutes and timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("failures", "paused", "allowed"),
    [
        (0, None, Permit.ALL),
        (4, None, Permit.ALL),
        (5, timedelta(seconds=1), Permit.NOTHING),
        (5, timedelta(), Permit.ONE),
        (5, None, Permit.ONE),
        (1, timedelta(seconds=1), Permit.NOTHING),
        (1, timedelta(seconds=-1), Permit.ALL),
    ],
)
def test_after_a_pause_one_message_tries_for_all(failures, paused, allowed):
    until = None if paused is None else NOW + paused
    assert permit(failures, until, NOW) is allowed
