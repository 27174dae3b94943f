"""Late interest on the principal, segment by segment (domain §11 and §13)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from billing.rules.items import Settlement
from billing.rules.money import plain, zero
from dunning.rules.charges import interest, interest_segments
from dunning.rules.rates import Step
from tests.dunning.cases import day, money


def charge(total, due, until, rate, *settled):
    parts = [Settlement(day(on), money(amount)) for on, amount in settled]
    steps = (Step(day(due), Decimal(rate)),)
    return interest_segments(money(total), parts, steps, day(due), day(until))


@pytest.mark.parametrize(
    ("total", "due", "until", "rate", "settled", "days", "charged"),
    [
        # Example 3, CH: 47.95 for 35 days, then 34.52 for 42 days.
        ("10000.00 CHF", "2025-06-16", "2025-09-01", "5", [("2025-07-21", "4000.00 CHF")], [35, 42], "82.47"),
        # Example 4: 45 days.
        ("2500.00 CHF", "2026-01-30", "2026-03-16", "5", [], [45], "15.41"),
        ("2500.00 EUR", "2026-01-30", "2026-03-16", "10.27", [], [45], "31.65"),
        ("2500.00 EUR", "2026-01-30", "2026-03-16", "12.15", [], [45], "37.45"),
        # §13: INV-7.
        ("1200.00 CHF", "2026-01-12", "2026-03-16", "5", [], [63], "10.36"),
        # Half-up, not half-even: 36.50 at 5 % for one day is exactly 0.005.
        ("36.50 CHF", "2026-01-12", "2026-01-13", "5", [], [1], "0.01"),
        # Paid before it was due: only the rest bears interest.
        ("1200.00 CHF", "2026-01-12", "2026-03-16", "5", [("2026-01-01", "600.00 CHF")], [63], "5.18"),
        # A payment that was taken back raises the principal again.
        ("1000.00 CHF", "2026-01-01", "2026-03-02", "5", [("2026-01-11", "1000.00 CHF"), ("2026-02-10", "-1000.00 CHF")], [10, 30, 20], "4.11"),
        # A payment after the day does not count yet.
        ("1200.00 CHF", "2026-01-12", "2026-03-16", "5", [("2026-03-17", "1200.00 CHF")], [63], "10.36"),
        # No decimals, and three.
        ("100000 JPY", "2026-01-12", "2026-03-16", "5", [], [63], "863"),
        ("1000.000 KWD", "2026-01-12", "2026-03-16", "5", [], [63], "8.630"),
        # On the due date itself there is nothing yet.
        ("1200.00 CHF", "2026-01-12", "2026-01-12", "5", [], [], "0.00"),
    ],
)  # fmt: skip
def test_interest(total, due, until, rate, settled, days, charged):
    segments = charge(total, due, until, rate, *settled)
    assert [segment.days for segment in segments] == days
    assert plain(interest(segments, zero(total.split()[1]))) == charged


def test_the_day_of_a_payment_still_counts_at_the_old_principal():
    before, after = charge(
        "10000.00 CHF", "2025-06-16", "2025-09-01", "5", ("2025-07-21", "4000.00 CHF")
    )
    assert (plain(before.principal), plain(before.interest)) == ("10000.00", "47.95")
    assert (plain(after.principal), plain(after.interest)) == ("6000.00", "34.52")


def test_interest_never_falls_from_one_day_to_the_next():
    charged = [
        interest(
            charge("987.65 CHF", "2026-01-12", date(2026, 3, d), "7.5"), zero("CHF")
        )
        for d in range(1, 32)
    ]
    assert charged == sorted(charged)
