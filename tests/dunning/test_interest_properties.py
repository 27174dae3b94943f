"""What is true of interest whatever was paid and however rates moved (4.6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from billing.rules.items import Settlement
from billing.rules.money import decimals, money, zero
from dunning.rules.charges import (
    THIRTY,
    days_between,
    interest,
    interest_segments,
    segment_json,
    segment_of,
)
from dunning.rules.rates import DatedRate, RateBook, Step

DUE = date(2024, 1, 31)
days = st.integers(0, 800).map(lambda n: DUE + timedelta(days=n))
counts = st.sampled_from(["365", THIRTY])
codes = st.sampled_from(["CHF", "JPY", "KWD"])
few = settings(max_examples=60)
percents = st.none() | st.decimals(0, 30, places=2)


@st.composite
def cases(draw):
    """The arguments of a calculation."""
    code = draw(codes)
    whole = st.integers(0, 10_000_000).map(lambda n: _units(n, code))
    part = st.integers(-2_000_000, 5_000_000).map(lambda n: _units(n, code))
    since = draw(st.lists(days, unique=True, max_size=4))
    steps = [Step(DUE, draw(percents)), *(Step(on, draw(percents)) for on in sorted(since))]  # fmt: skip
    return {
        "total": draw(whole),
        "settlements": draw(st.lists(st.builds(Settlement, days, part), max_size=5)),
        "steps": tuple(steps),
        "due_on": DUE,
        "until": draw(days),
        "day_count": draw(counts),
        "less": draw(st.none() | whole),
    }


def _units(n, code):
    return money(Decimal(n).scaleb(-decimals(code)), code)


@few
@given(cases())
def test_segments_follow_each_other_and_their_days_add_up(case):
    segments = interest_segments(**case)
    counted = days_between(case["due_on"], case["until"], case["day_count"])
    assert sum(segment.days for segment in segments) == counted
    assert all(segment.days > 0 for segment in segments)
    for before, after in pairwise(segments):
        # Under 30/360 the 31st is no day, so a segment may begin after it.
        gap = days_between(before.until, after.since, case["day_count"])
        assert before.until < after.since
        assert gap == 1 or case["day_count"] == THIRTY


@few
@given(cases())
def test_no_principal_is_negative_and_what_is_kept_is_what_was_charged(case):
    segments = interest_segments(**case)
    code = case["total"].currency.code
    nothing = zero(code)
    for segment in segments:
        assert min(segment.principal, segment.left, segment.interest) >= nothing
        assert segment.percent is not None or segment.interest == nothing
        assert segment.interest == money(segment.interest, code)
    printed = sum((segment.interest for segment in segments), nothing)
    assert interest(segments, nothing) == printed
    assert [segment_of(segment_json(row), code) for row in segments] == segments


@few
@given(cases())
def test_segments_come_to_what_every_single_day_costs(case):
    """Another way to the same sum: day by day, rounded nowhere."""
    segments = interest_segments(**case)
    claimed = case["total"].amount - (case["less"].amount if case["less"] else 0)
    basis = 360 if case["day_count"] == THIRTY else 365
    exact, on = Fraction(0), case["due_on"]
    while on < case["until"]:
        before, on = on, on + timedelta(days=1)
        paid = sum(s.amount.amount for s in case["settlements"] if s.effective_on < on)
        rate = [step.percent for step in case["steps"] if step.since <= on][-1] or 0
        length = days_between(before, on, case["day_count"])
        exact += Fraction(max(claimed - paid, 0) * rate * length) / (100 * basis)
    code = case["total"].currency.code
    half = Fraction(1, 2 * 10 ** decimals(code))
    charged = Fraction(interest(segments, zero(code)).amount)
    assert abs(charged - exact) <= half * len(segments)


@few
@given(cases(), days)
def test_a_day_on_which_nothing_happens_splits_nothing(case, on):
    nothing = zero(case["total"].currency.code)
    idle = [*case["settlements"], Settlement(on, nothing)]
    rate = next(step for step in reversed(case["steps"]) if step.since <= on)
    steps = sorted([*case["steps"], replace(rate, since=on)], key=lambda s: s.since)
    segments = interest_segments(**case)
    assert interest_segments(**case | {"settlements": idle}) == segments
    if rate.since < on:
        again = interest_segments(**case | {"steps": tuple(steps)})
        assert interest(again, nothing) == interest(segments, nothing)


@few
@given(cases(), days)
def test_two_parts_differ_from_the_whole_by_rounding_at_most(case, on):
    code = case["total"].currency.code
    nothing, case = zero(code), case | {"until": max(on, case["until"])}
    whole = interest_segments(**case)
    first = interest_segments(**case | {"until": on})
    second = interest_segments(**case | {"due_on": on})
    apart = interest([*first, *second], nothing) - interest(whole, nothing)
    # Half a unit for each rounding: those of the day on which it was cut.
    most = Decimal(1).scaleb(-decimals(code)) * 3 / 2
    assert abs(apart.amount) <= most


@few
@given(cases(), days)
def test_interest_never_falls_while_days_go_by(case, later):
    nothing = zero(case["total"].currency.code)
    first, last = sorted([case["until"], later])
    early = interest_segments(**case | {"until": first})
    late = interest_segments(**case | {"until": last})
    assert interest(early, nothing) <= interest(late, nothing)


@few
@given(
    st.dictionaries(days, st.decimals(-5, 30, places=3), max_size=8),
    days,
    st.integers(0, 900),
    st.booleans(),
)
def test_steps_give_each_day_its_own_rate(known, first, length, half_yearly):
    rates = tuple(DatedRate(since, known[since]) for since in sorted(known))
    book, last = RateBook({"ecb": rates}), first + timedelta(days=length)
    steps = book.steps("ecb", Decimal(8), first, last, half_yearly=half_yearly)
    assert steps[0].since == first
    assert all(one.since < two.since <= last for one, two in pairwise(steps))
    for n in range(0, length + 1, 13):
        on = first + timedelta(days=n)
        key = date(on.year, 7 if on.month > 6 else 1, 1) if half_yearly else on
        rate = book.percent_on("ecb", key)
        step = next(step for step in reversed(steps) if step.since <= on)
        assert step.percent == (None if rate is None else rate + 8)
