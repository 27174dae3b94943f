"""I06 for any lines: the figures of a bill add up, in every currency."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from billing.rules.bill import Line, Rate, bill_totals
from billing.rules.instalments import split_total
from billing.rules.money import decimals, money

RATES = [
    Rate(code, Decimal(percent))
    for code, percent in [
        ("A", "20"),
        ("B", "8.1"),
        ("C", "5.5"),
        ("D", "0"),
        ("E", "4"),
    ]
]
CURRENCIES = ["CHF", "EUR", "JPY", "KWD"]


def amounts(places, largest):
    return st.decimals(-largest, largest, places=places)


lines = st.builds(
    Line,
    description=st.just(""),
    quantity=amounts(4, 100_000),
    price=amounts(4, 100_000),
    rate=st.sampled_from(RATES),
    discount_percent=st.decimals(0, 100, places=2),
)
bills = st.tuples(
    st.one_of(
        st.lists(lines, max_size=10),
        st.lists(lines, min_size=1, max_size=7).map(lambda few: (few * 300)[:300]),
    ),
    st.sampled_from(CURRENCIES),
    st.booleans(),
    st.booleans(),
)


def half_up(exact: Fraction, currency: str) -> Decimal:
    """The oracle: away from zero at the half, in whole units of the last decimal."""
    places = decimals(currency)
    units = abs(exact) * 10**places
    whole = int(units + Fraction(1, 2))
    return Decimal(whole if exact >= 0 else -whole).scaleb(-places)


@given(bills)
def test_the_figures_of_a_bill_add_up(bill):
    given_lines, currency, gross, five = bill
    five = five and currency == "CHF"
    totals = bill_totals(
        given_lines, currency, prices_include_vat=gross, round_to_five=five
    )
    net, vat = totals.net.amount, totals.vat.amount
    assert totals.total.amount == net + vat + totals.rounding.amount
    assert net == sum(row.net.amount for row in totals.vat_rows)
    assert vat == sum(row.vat.amount for row in totals.vat_rows)
    assert abs(totals.rounding.amount) <= (Decimal("0.02") if five else 0)
    if five:
        assert totals.total.amount % Decimal("0.05") == 0
    assert len({row.rate for row in totals.vat_rows}) == len(totals.vat_rows)


@given(bills)
def test_lines_and_vat_are_what_exact_arithmetic_says(bill):
    given_lines, currency, gross, five = bill
    totals = bill_totals(
        given_lines, currency, prices_include_vat=gross, round_to_five=five
    )
    for line, amount in zip(given_lines, totals.amounts, strict=True):
        part = 1 - Fraction(line.discount_percent) / 100
        exact = Fraction(line.quantity) * Fraction(line.price) * part
        assert amount.amount == half_up(exact, currency)
    for row in totals.vat_rows:
        sums = sum(
            Fraction(amount.amount)
            for line, amount in zip(given_lines, totals.amounts, strict=True)
            if line.rate == row.rate
        )
        percent = Fraction(row.rate.percent)
        exact = sums * percent / (100 + percent if gross else 100)
        assert row.vat.amount == half_up(exact, currency)
        assert Fraction((row.net + row.vat).amount if gross else row.net.amount) == sums


@given(
    st.decimals("0.01", "10000000000", places=3),
    st.sampled_from(CURRENCIES),
    st.lists(st.decimals(1, 50, places=2), min_size=1, max_size=12),
)
def test_instalments_are_the_whole_and_no_more(whole, currency, percents):
    total = money(whole, currency)
    parts = split_total(total, percents)
    assert sum(part.amount for part in parts) == total.amount
    for part, percent in zip(parts[:-1], percents[:-1], strict=True):
        exact = total.amount * percent / 100
        step = Decimal(1).scaleb(-decimals(currency))
        assert part.amount == exact.quantize(step, ROUND_HALF_UP)
