"""When a promise is kept, runs, or is broken; decided by dated movements alone."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rules.items import Settlement
from dunning.rules.promises import Outcome, Owed, Promise, outcome, paid_by, tally
from tests.dunning.cases import day, money

GIVEN, UNTIL = day("2026-03-02"), day("2026-03-10")


def promise(*paid, amount="", released=""):
    parts = [Settlement(day(on), money(f"{part} CHF")) for on, part in paid]
    owed = Owed(money("100.00 CHF"), parts)
    part = money(f"{amount} CHF") if amount else None
    return Promise(GIVEN, UNTIL, [owed], part, day(released) if released else None)


TABLE = [
    # paid on, amount promised, asked on → what became of it
    ([], "", "2026-03-10", "running"),
    ([], "", "2026-03-11", "broken"),
    ([("2026-03-10", "100.00")], "", "2026-03-11", "kept"),
    ([("2026-03-05", "100.00")], "", "2026-03-05", "kept"),
    ([("2026-03-05", "100.00")], "", "2026-03-04", "running"),
    ([("2026-03-11", "100.00")], "", "2026-04-01", "broken"),
    ([("2026-03-05", "99.99")], "", "2026-03-11", "broken"),
    ([("2026-03-05", "60.00")], "60.00", "2026-03-11", "kept"),
    ([("2026-03-05", "59.99")], "60.00", "2026-03-11", "broken"),
    ([("2026-03-05", "30.00"), ("2026-03-10", "30.00")], "60.00", "2026-03-11", "kept"),
    # What was paid before it was promised does not keep it, unless nothing is left.
    ([("2026-03-01", "60.00")], "40.00", "2026-03-11", "broken"),
    (
        [("2026-03-01", "60.00"), ("2026-03-02", "40.00")],
        "50.00",
        "2026-03-11",
        "kept",
    ),
]


@pytest.mark.parametrize(("paid", "amount", "on", "expected"), TABLE)
def test_a_promise_is_kept_by_what_is_paid_by_its_day(paid, amount, on, expected):
    assert outcome(promise(*paid, amount=amount), day(on)) == expected


@pytest.mark.parametrize(
    ("released", "expected"), [("2026-03-10", "released"), ("2026-03-11", "broken")]
)
def test_a_promise_taken_back_before_its_day_is_neither(released, expected):
    assert outcome(promise(released=released), day("2026-03-20")) == expected


def test_a_promise_about_nothing_late_is_neither():
    assert outcome(Promise(GIVEN, UNTIL, []), day("2026-03-20")) == Outcome.RELEASED


def test_a_promise_of_a_client_is_kept_when_all_that_was_late_is_paid():
    paid = Owed(money("50.00 EUR"), [Settlement(GIVEN, money("50.00 EUR"))])
    open_ = Owed(money("20.00 CHF"))
    both = Promise(GIVEN, UNTIL, [paid, open_])
    assert outcome(both, UNTIL + timedelta(1)) == Outcome.BROKEN
    assert outcome(Promise(GIVEN, UNTIL, [paid]), UNTIL) == Outcome.KEPT
    assert paid_by(both, UNTIL) == {"EUR": money("50.00 EUR")}


def test_part_of_it_is_named():
    partly = promise(("2026-03-05", "40.00"), ("2026-03-12", "60.00"))
    assert paid_by(partly, day("2026-04-01")) == {"CHF": money("40.00 CHF")}


DAYS = st.dates(GIVEN - timedelta(5), UNTIL + timedelta(5))


@given(
    paid=st.lists(
        st.tuples(DAYS, st.integers(1, 6000).map(lambda c: f"{c / 100:.2f}"))
    ),
    amount=st.sampled_from(["", "10.00", "100.00"]),
    on=DAYS,
)
def test_what_is_kept_stays_kept_and_what_is_broken_stays_broken(paid, amount, on):
    made = promise(*paid, amount=amount)
    found = outcome(made, on)
    later = outcome(made, on + timedelta(7))
    if found in {Outcome.KEPT, Outcome.BROKEN}:
        assert later == found
    assert (found == Outcome.BROKEN) <= (on > UNTIL)


def test_every_outcome_is_counted():
    counts = tally([Outcome.KEPT, Outcome.KEPT, Outcome.BROKEN])
    assert counts == {"kept": 2, "broken": 1, "running": 0, "released": 0}
