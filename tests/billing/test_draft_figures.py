"""Quantities and prices as people write them, and what a draft must come to."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rules.bill import Line, Rate, bill_totals
from billing.rules.drafts import instalments_problem, totals_problem
from billing.rules.figures import Misread, read_figure, write_figure

RATE = Rate("X", Decimal("8.1"))


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("1", "1"),
        ("0", "0"),
        ("-0", "0"),
        ("12.5", "12.5"),
        ("12,5", "12.5"),
        ("0.1234", "0.1234"),
        ("0.125", "0.125"),
        ("-3.25", "-3.25"),
        ("−3", "-3"),
        ("1'234.5678", "1234.5678"),
        ("1’234,50", "1234.50"),
        ("1 234,50", "1234.50"),
        ("1\u202f234,50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1.234.567", "1234567"),
        ("1'234", "1234"),
        ("1.2340", "1.2340"),
    ],
)
def test_a_figure_is_read_as_it_was_meant(text, figure):
    assert read_figure(text) == Decimal(figure)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "wrong"),
        ("1e5", "wrong"),
        ("1_000", "wrong"),
        ("１２.５０", "wrong"),
        ("٣", "wrong"),
        ("NaN", "wrong"),
        ("Infinity", "wrong"),
        ("--1", "wrong"),
        ("+1", "wrong"),
        ("1.", "wrong"),
        (".5", "wrong"),
        ("1'23", "wrong"),
        ("1.234", "ambiguous"),
        ("12,345", "ambiguous"),
        ("0.12345", "long"),
    ],
)
def test_what_cannot_be_told_is_refused(text, problem):
    with pytest.raises(Misread, match=problem):
        read_figure(text)


def test_three_decimals_are_read_where_the_currency_has_them():
    assert read_figure("1.234", thousandths=True) == Decimal("1.234")
    assert read_figure("1.234.567", thousandths=True) == 1234567


@pytest.mark.parametrize(
    ("figure", "least", "text"),
    [
        ("100.0000", 2, "100.00"),
        ("100.0000", 0, "100"),
        ("0.0000", 2, "0.00"),
        ("1200", 0, "1200"),
        ("1.2345", 2, "1.2345"),
        ("1.2340", 2, "1.2340"),
        ("1.2340", 3, "1.234"),
        ("-7.5000", 2, "-7.50"),
    ],
)
def test_a_figure_is_written_with_as_few_decimals_as_it_needs(figure, least, text):
    assert write_figure(Decimal(figure), least) == text


@given(
    st.decimals(-(10**11), 10**11, places=4),
    st.sampled_from([0, 2, 3]),
)
def test_what_is_written_reads_back(figure, least):
    text = write_figure(figure, least)
    assert read_figure(text, thousandths=least == 3) == figure


def line(price, quantity="1"):
    return Line("", Decimal(quantity), Decimal(price), RATE)


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ([], ""),
        ([line("0.01")], ""),
        ([line("100"), line("-99.99")], ""),
        ([line("0")], "not_positive"),
        ([line("100"), line("-100")], "not_positive"),
        ([line("-5")], "not_positive"),
        ([line("99999999999", "11")], "too_large"),
        ([line("999999999999.99")], "too_large"),
        # The total is small, but a line cannot be stored.
        ([line("99999999999", "11"), line("-99999999998", "11")], "too_large"),
        ([line("99999999999.9999", "99999999.9999")], "too_large"),
    ],
)
def test_a_draft_must_come_to_something_that_can_be_billed(lines, problem):
    assert totals_problem(bill_totals(lines, "CHF")) == problem


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        ([], ""),
        ([(30, "50"), (60, "50")], ""),
        ([(0, "33.33"), (1, "33.33"), (2, "33.34")], ""),
        ([(30, "100")], "one"),
        ([(30, "50"), (30, "50")], "order"),
        ([(60, "50"), (30, "50")], "order"),
        ([(30, "50"), (60, "49.99")], "sum"),
        ([(30, "50"), (60, "50.01")], "sum"),
    ],
)
def test_instalments_follow_each_other_and_are_the_whole(parts, problem):
    assert instalments_problem([(d, Decimal(p)) for d, p in parts]) == problem
