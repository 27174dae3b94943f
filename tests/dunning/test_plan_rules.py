"""Equal instalments that add up, and whether a plan is kept."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rules.money import total
from dunning.rules.instalments import MOST, Part, equal_parts, standing
from tests.dunning.cases import day, money

FIRST = day("2026-01-31")


def days(parts):
    return [f"{part.due_on}" for part in parts]


def amounts(parts):
    return [f"{part.amount.amount}" for part in parts]


def test_months_are_counted_from_the_anchor():
    parts = equal_parts(money("400.00 CHF"), 4, FIRST)
    assert days(parts) == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]


@pytest.mark.parametrize(
    ("whole", "count", "expected"),
    [
        ("100.00 CHF", 3, ["33.33", "33.33", "33.34"]),
        ("200.00 CHF", 3, ["66.66", "66.66", "66.68"]),
        ("100 JPY", 3, ["33", "33", "34"]),
        ("1.000 KWD", 3, ["0.333", "0.333", "0.334"]),
        ("0.02 CHF", 5, ["0.01", "0.01"]),
    ],
)
def test_the_last_instalment_takes_the_rest(whole, count, expected):
    assert amounts(equal_parts(money(whole), count, FIRST)) == expected


CODES = st.sampled_from(["CHF", "JPY", "KWD"])


@given(
    cents=st.integers(1, 10**9),
    code=CODES,
    count=st.integers(1, 60),
    first=st.dates(day("2000-01-01"), day("2090-12-31")),
)
def test_instalments_are_all_that_is_open_and_none_is_nothing(
    cents, code, count, first
):
    scale = {"CHF": 100, "JPY": 1, "KWD": 1000}[code]
    whole = money(f"{cents / scale:.3f} {code}")
    parts = equal_parts(whole, count, first)
    assert total((part.amount for part in parts), code) == whole
    assert all(part.amount.amount > 0 for part in parts)
    assert len(parts) == min(count, MOST, cents)
    assert len(set(days(parts))) == len(parts)
    assert {part.amount for part in parts[:-1]} <= {parts[0].amount}


PLAN = [
    Part(day("2026-03-01"), money("50.00 CHF")),
    Part(day("2026-04-01"), money("50.00 CHF")),
]
# paid by the day, the day → broken, done, the next to pay and what is left of it
TABLE = [
    ("0.00", "2026-03-01", False, False, "2026-03-01", "50.00"),
    ("0.00", "2026-03-02", True, False, "2026-03-01", "50.00"),
    ("49.99", "2026-03-02", True, False, "2026-03-01", "0.01"),
    ("50.00", "2026-03-02", False, False, "2026-04-01", "50.00"),
    ("70.00", "2026-03-02", False, False, "2026-04-01", "30.00"),
    ("70.00", "2026-04-02", True, False, "2026-04-01", "30.00"),
    ("100.00", "2026-04-02", False, True, "", ""),
    ("-20.00", "2026-03-01", False, False, "2026-03-01", "50.00"),
]


@pytest.mark.parametrize(("paid", "on", "broken", "done", "due", "left"), TABLE)
def test_a_plan_is_broken_from_the_day_after_a_missed_instalment(
    paid, on, broken, done, due, left
):
    found = standing(PLAN, money(f"{paid} CHF"), day(on))
    assert (found.broken, found.done) == (broken, done)
    following = found.next
    assert (following is None) == (not due)
    if following:
        assert f"{following.part.due_on}" == due
        assert following.left == money(f"{left} CHF")


@given(
    cents=st.integers(1, 100_000),
    count=st.integers(1, 12),
    paid=st.integers(0, 120_000),
    ahead=st.integers(-40, 500),
)
def test_a_plan_is_broken_exactly_when_less_is_paid_than_was_due_before(
    cents, count, paid, ahead
):
    parts = equal_parts(money(f"{cents / 100:.2f} CHF"), count, FIRST)
    on = FIRST + timedelta(ahead)
    given_ = money(f"{paid / 100:.2f} CHF")
    found = standing(parts, given_, on)
    due = total((part.amount for part in parts if part.due_on < on), "CHF")
    assert found.broken == (given_ < due)
    assert total((part.paid for part in found.parts), "CHF") <= given_
    assert found.last_on == parts[-1].due_on
