"""4.15: what reminders led to, counted exactly (domain §14)."""

from __future__ import annotations

import statistics
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rules.money import money
from dunning.rules.effect import (
    Advice,
    Paid,
    Reminded,
    count_back,
    dso,
    effects,
    median,
    percent,
    profile,
)

TODAY = date(2026, 3, 31)
FEBRUARY, MARCH = date(2026, 2, 10), date(2026, 3, 10)


def chf(amount):
    return money(amount, "CHF")


def test_dso_simple_and_counted_back_are_those_of_the_specification():
    """45 000 open, 135 000 in 90 days: 30; March 30 000, February 60 000: 38 days."""
    sales = {MARCH: chf(30000), FEBRUARY: chf(60000), date(2026, 1, 10): chf(45000)}
    found = dso(chf(45000), sales, TODAY)
    assert (found.simple, found.counted_back) == (30, 38)


@pytest.mark.parametrize(
    ("receivables", "months", "days"),
    [
        ("45000", [(31, "30000"), (28, "60000")], 38),
        ("0", [(31, "30000")], 0),
        ("30000", [(31, "30000"), (28, "60000")], 31),
        ("15000", [(10, "30000")], 5),
        ("90001", [(31, "30000"), (28, "60000")], None),
        ("100", [], None),
        ("60000", [(31, "0"), (28, "60000")], 59),
    ],
)
def test_counting_back_uses_up_month_after_month(receivables, months, days):
    given_ = [(length, Decimal(sales)) for length, sales in months]
    assert count_back(Decimal(receivables), given_) == days


def test_nothing_is_said_where_nothing_was_invoiced():
    found = dso(chf(100), {}, TODAY)
    assert (found.simple, found.counted_back) == (None, None)


def test_what_is_invoiced_after_the_day_does_not_count():
    found = dso(chf(100), {TODAY: chf(200), TODAY + timedelta(1): chf(900)}, TODAY)
    assert (found.simple, found.counted_back) == (45, 16)


@given(st.lists(st.integers(-50, 400), min_size=1))
def test_the_median_is_exact(numbers):
    assert median(Counter(numbers)) == Decimal(str(statistics.median(numbers)))


def test_there_is_no_median_of_nothing():
    assert median({}) is None
    assert percent(0, 0) is None


def reminded(paid, *, level=1, deadline="2026-03-10", invoices=1, run="2026-03-01"):
    return Reminded(
        level,
        "CHF",
        date.fromisoformat(run),
        date.fromisoformat(deadline),
        date.fromisoformat(paid) if paid else None,
        invoices,
        chf(100 * invoices),
    )


def test_shares_count_only_those_whose_deadline_is_over():
    [found] = effects(
        [
            reminded("2026-03-05", invoices=2),
            reminded("2026-03-15"),
            reminded(None),
            reminded("2026-03-20", deadline="2026-04-10"),
        ],
        {("CHF", 1): 3},
        {("CHF", 1): chf(333)},
        TODAY,
    )
    assert (found.invoices, found.paid, found.expired, found.in_time) == (5, 4, 4, 2)
    assert (found.share_in_time, found.median_days) == (50, Decimal(9))
    assert (found.letters, found.claimed, found.recovered) == (3, chf(500), chf(333))


def paid(late, level=0):
    due = date(2026, 1, 10)
    return Paid(due, due + timedelta(late), level)


@pytest.mark.parametrize(
    ("invoices", "kept", "broken", "advice"),
    [
        ([paid(40, 3)], 0, 0, Advice.FEW),
        ([paid(-2)] * 9 + [paid(40, 3)], 0, 0, Advice.ON_TIME),
        ([paid(12)] * 3, 0, 0, Advice.SHORTER_TERMS),
        ([paid(20, 1)] * 3, 0, 0, Advice.AFTER_FIRST),
        ([paid(40, 2)] * 3 + [paid(5)], 0, 0, Advice.CALL_EARLIER),
        ([paid(-2)] * 9, 1, 2, Advice.BROKEN),
        ([paid(-2)] * 9, 2, 2, Advice.ON_TIME),
        ([], 0, 0, Advice.FEW),
    ],
)
def test_what_the_way_a_client_pays_suggests(invoices, kept, broken, advice):
    assert profile(invoices, kept, broken).advice == advice


def test_a_profile_is_of_exact_figures():
    found = profile([paid(-3), paid(0), paid(7, 1), paid(20, 2), paid(30, 2)], 2, 1)
    assert (found.invoices, found.median_days_late, found.share_on_time) == (5, 7, 40)
    assert (found.usual_level, found.kept, found.broken) == (2, 2, 1)
