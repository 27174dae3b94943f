"""How far, how fast, how long still."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from delivery.rules.progress import Counts, Progress, progress_of

few = st.integers(0, 10_000)


def test_the_pace_is_that_of_the_last_minute():
    found = progress_of(Counts(waiting=300, done=700), lately=120, seconds=600)
    assert (found.per_minute, found.seconds_left, found.minutes_left) == (120, 150, 3)


def test_work_begun_a_moment_ago_goes_by_what_it_did_since():
    found = progress_of(Counts(waiting=90, done=10), lately=10, seconds=5)
    assert (found.per_minute, found.seconds_left) == (120, 45)


def test_where_nothing_ended_lately_nobody_can_tell():
    assert progress_of(Counts(waiting=5), lately=0, seconds=300) == Progress(Counts(5))
    assert progress_of(Counts(waiting=5), lately=3, seconds=None).seconds_left is None
    assert progress_of(Counts(done=5), lately=5, seconds=3).seconds_left is None


@given(few, few, few, few, few, few, few, st.integers(1, 10_000), st.floats(0, 1e6))
def test_everything_is_either_over_or_left_and_100_percent_is_the_end(
    waiting, under_way, done, failed, skipped, cancelled, unknown, lately, seconds
):
    counts = Counts(waiting, under_way, done, failed, skipped, cancelled, unknown)
    found = progress_of(counts, lately=lately, seconds=seconds)
    assert found.total == found.over + found.left
    assert found.total == sum(getattr(counts, name) for name in Counts.__slots__)
    assert 0 <= found.percent <= 100
    if found.total:
        assert (found.percent == 100) == (found.left == 0)
    assert found.seconds_left is None or found.seconds_left >= 0
    if found.left:
        assert found.seconds_left is not None
