"""What bills come to, as a table (I06)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing.rules.bill import Line, Rate, bill_totals
from billing.rules.money import plain

NORMAL, LOW, NONE = (
    Rate("N", Decimal("8.1")),
    Rate("R", Decimal("2.6")),
    Rate("0", Decimal(0), "Z"),
)


def line(quantity, price, rate=NORMAL, discount="0"):
    return Line(
        "", Decimal(quantity), Decimal(price), rate, discount_percent=Decimal(discount)
    )


def figures(totals):
    return tuple(
        plain(amount)
        for amount in (totals.net, totals.vat, totals.rounding, totals.total)
    )


@pytest.mark.parametrize(
    ("lines", "currency", "options", "expected"),
    [
        ([("1", "100")], "CHF", {}, ("100.00", "8.10", "0.00", "108.10")),
        # Rounded once per rate: 3 × 0.05 net is 0.15, VAT 0.01215; a line alone 0.00.
        ([("1", "0.05")] * 3, "CHF", {}, ("0.15", "0.01", "0.00", "0.16")),
        ([("3", "33.333", NORMAL)], "EUR", {}, ("100.00", "8.10", "0.00", "108.10")),
        # Half up: 0.5 cents of the line, and of the VAT.
        ([("1", "0.005", NONE)], "EUR", {}, ("0.01", "0.00", "0.00", "0.01")),
        ([("1", "62.50", LOW)], "EUR", {}, ("62.50", "1.63", "0.00", "64.13")),
        (
            [("2", "49.90", NORMAL, "10"), ("1", "12.00", LOW)],
            "CHF",
            {},
            ("101.82", "7.59", "0.00", "109.41"),
        ),
        # A rebate as a negative line lowers the VAT of its rate.
        (
            [("1", "200"), ("-1", "50")],
            "CHF",
            {},
            ("150.00", "12.15", "0.00", "162.15"),
        ),
        (
            [("1", "100"), ("1", "-100.01")],
            "CHF",
            {},
            ("-0.01", "0.00", "0.00", "-0.01"),
        ),
        # Gross prices: the VAT is taken out of the sum of the rate.
        (
            [("1", "108.10"), ("1", "10.26", LOW)],
            "CHF",
            {"prices_include_vat": True},
            ("110.00", "8.36", "0.00", "118.36"),
        ),
        (
            [("1", "19.99")],
            "EUR",
            {"prices_include_vat": True},
            ("18.49", "1.50", "0.00", "19.99"),
        ),
        # A half that a share of 4/104, written with 28 digits, would miss.
        (
            [("1", "0.13", Rate("I", Decimal(4)))],
            "EUR",
            {"prices_include_vat": True},
            ("0.12", "0.01", "0.00", "0.13"),
        ),
        # To 0.05, both ways, as a figure of its own.
        (
            [("1", "99.95", NONE)],
            "CHF",
            {"round_to_five": True},
            ("99.95", "0.00", "0.00", "99.95"),
        ),
        (
            [("1", "99.97", NONE)],
            "CHF",
            {"round_to_five": True},
            ("99.97", "0.00", "-0.02", "99.95"),
        ),
        (
            [("1", "99.98", NONE)],
            "CHF",
            {"round_to_five": True},
            ("99.98", "0.00", "0.02", "100.00"),
        ),
        (
            [("1", "99.99", NORMAL)],
            "CHF",
            {"round_to_five": True},
            ("99.99", "8.10", "0.01", "108.10"),
        ),
        # No decimals, and three.
        ([("1", "1000.5")], "JPY", {}, ("1001", "81", "0", "1082")),
        ([("3", "10.1115")], "KWD", {}, ("30.335", "2.457", "0.000", "32.792")),
        # Up to ten thousand millions.
        (
            [("10000", "1000000"), ("1", "0.01")],
            "CHF",
            {},
            ("10000000000.01", "810000000.00", "0.00", "10810000000.01"),
        ),
        ([("1", "1")] * 300, "CHF", {}, ("300.00", "24.30", "0.00", "324.30")),
        ([], "CHF", {"round_to_five": True}, ("0.00", "0.00", "0.00", "0.00")),
    ],
)
def test_a_bill_comes_to(lines, currency, options, expected):
    totals = bill_totals([line(*given) for given in lines], currency, **options)
    assert figures(totals) == expected


def test_each_rate_has_its_row_the_highest_first():
    totals = bill_totals(
        [line("1", "10", NONE), line("1", "10", LOW), line("1", "10"), line("1", "5")],
        "CHF",
    )
    assert [
        (row.rate.code, plain(row.net), plain(row.vat)) for row in totals.vat_rows
    ] == [
        ("N", "15.00", "1.22"),
        ("R", "10.00", "0.26"),
        ("0", "10.00", "0.00"),
    ]
