"""What each movement is booked to."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moneyed import Money

from billing.rules.journal import Booking, Ledger, Share, entries, split
from billing.rules.money import decimals, plain, total
from tests import make

LEDGER = Ledger(
    receivables="1100",
    bank="1020",
    sales="3200",
    vat="2200",
    discount="3800",
    loss="3805",
    difference="3806",
    charges="6940",
    rounding="3809",
    dunning="6950",
    online="1090",
    sales_of={"R": "3400"},
)
ON = date(2026, 3, 2)
M = make.money
N81 = Share("N", M("100.00 CHF"), M("8.10 CHF"))
R26 = Share("R", M("50.00 CHF"), M("1.30 CHF"))


def booking(kind, amount, **given):
    return Booking(kind, ON, "DOC", "K-1", kind, M(amount), **given)


def booked(movement):
    return [
        (
            entry.account,
            entry.counter_account,
            plain(entry.amount),
            entry.vat_code,
            "" if entry.vat_amount is None else plain(entry.vat_amount),
        )
        for entry in entries(movement, LEDGER)
    ]


INVOICE = booking("invoice", "159.40 CHF", shares=[N81, R26], rounding=M("0.00 CHF"))
PAYMENT = booking("payment", "98.00 CHF", bank="1025", charges=M("2.50 CHF"))


@pytest.mark.parametrize(
    ("movement", "rows"),
    [
        (
            INVOICE,
            [
                ("1100", "3200", "100.00", "N", "8.10"),
                ("1100", "2200", "8.10", "N", ""),
                ("1100", "3400", "50.00", "R", "1.30"),
                ("1100", "2200", "1.30", "R", ""),
            ],
        ),
        (
            booking("invoice", "108.05 CHF", shares=[N81], rounding=M("-0.05 CHF")),
            [
                ("1100", "3200", "100.00", "N", "8.10"),
                ("1100", "2200", "8.10", "N", ""),
                ("3809", "1100", "0.05", "", ""),
            ],
        ),
        (
            booking("invoice", "500.00 CHF"),
            [("1100", "3200", "500.00", "", "")],
        ),
        (
            booking(
                "invoice",
                "90.00 CHF",
                shares=[
                    Share("X", M("100.00 CHF"), M("0.00 CHF")),
                    Share("R", M("-10.00 CHF"), M("0.00 CHF")),
                ],
            ),
            [
                ("1100", "3200", "100.00", "X", "0.00"),
                ("3400", "1100", "10.00", "R", "0.00"),
            ],
        ),
        (
            booking("credit_note", "108.10 CHF", shares=[N81]),
            [
                ("3200", "1100", "100.00", "N", "8.10"),
                ("2200", "1100", "8.10", "N", ""),
            ],
        ),
        (booking("payment", "98.00 CHF"), [("1020", "1100", "98.00", "", "")]),
        (
            PAYMENT,
            [("1025", "1100", "95.50", "", ""), ("6940", "1100", "2.50", "", "")],
        ),
        (
            booking("write_off", "5.00 CHF", cause="loss"),
            [("3805", "1100", "5.00", "", "")],
        ),
        (booking("write_off", "5.00 CHF"), [("3805", "1100", "5.00", "", "")]),
        (
            booking("write_off", "0.05 CHF", cause="difference"),
            [("3806", "1100", "0.05", "", "")],
        ),
        (
            booking("discount", "15.94 CHF", shares=[N81, R26]),
            [
                ("3800", "1100", "10.00", "N", "0.81"),
                ("2200", "1100", "0.81", "N", ""),
                ("3800", "1100", "5.00", "R", "0.13"),
                ("2200", "1100", "0.13", "R", ""),
            ],
        ),
        (booking("discount", "2.00 CHF"), [("3800", "1100", "2.00", "", "")]),
        (booking("refund", "20.00 CHF"), [("1100", "1020", "20.00", "", "")]),
        (
            booking("refund", "20.00 CHF", bank="1021"),
            [("1100", "1021", "20.00", "", "")],
        ),
        (
            booking("reversal", "98.00 CHF", of=PAYMENT),
            [("1100", "1025", "95.50", "", ""), ("1100", "6940", "2.50", "", "")],
        ),
        (
            booking("reversal", "49.00 CHF", of=PAYMENT),
            [("1100", "1025", "47.75", "", ""), ("1100", "6940", "1.25", "", "")],
        ),
        (
            booking(
                "reversal",
                "108.10 CHF",
                of=booking("credit_note", "108.10 CHF", shares=[N81]),
            ),
            [
                ("1100", "3200", "100.00", "N", "8.10"),
                ("1100", "2200", "8.10", "N", ""),
            ],
        ),
    ],
)
def test_a_movement_is_booked_to(movement, rows):
    assert booked(movement) == rows


def test_an_entry_says_whose_it_is_and_when():
    entry = entries(INVOICE, LEDGER)[0]
    assert (entry.on, entry.document, entry.client, entry.text) == (
        ON,
        "DOC",
        "K-1",
        "invoice",
    )


def amounts(code, least=1):
    step = 10 ** decimals(code)
    return st.integers(least, 10**12).map(lambda n: Money(n, code) / step)


@st.composite
def movements(draw):
    code = draw(st.sampled_from(["CHF", "EUR", "JPY", "KWD"]))
    amount = draw(amounts(code))
    nets = draw(st.lists(amounts(code, least=-(10**6)), max_size=3))
    shares = [Share(f"{n}", net, net * 0) for n, net in enumerate(nets)]
    kind = draw(
        st.sampled_from(["invoice", "credit_note", "payment", "discount", "write_off"])
    )
    if kind in {"invoice", "credit_note"} and shares:
        amount = total((share.gross for share in shares), code)
    charges = draw(st.sampled_from([None, amount * 0, amount]))
    made = Booking(kind, ON, "D", "K", "", amount, shares=shares, charges=charges)
    if draw(st.booleans()):
        return Booking("reversal", ON, "D", "K", "", amount, of=made)
    return made


@given(movements())
def test_receivables_move_by_the_amount_and_nothing_is_negative(movement):
    found = entries(movement, LEDGER)
    moved = movement.amount * 0
    for entry in found:
        assert entry.amount.amount > 0
        assert "1100" in (entry.account, entry.counter_account)
        moved += entry.amount if entry.account == "1100" else -entry.amount
    raises = movement.kind == "invoice" or (
        movement.kind == "reversal" and movement.of.kind != "invoice"
    )
    assert moved == (movement.amount if raises else -movement.amount)


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=8), st.integers(1, 10**9))
def test_parts_are_the_whole_and_fair(weights, units):
    amount = Money(units, "CHF") / 100
    parts = split(amount, [Money(weight, "CHF") for weight in weights])
    assert total(parts, "CHF") == amount
    for part, weight in zip(parts, weights, strict=True):
        fair = amount * weight / sum(weights)
        assert abs(part - fair).amount <= 1


def test_half_a_cent_of_a_part_is_rounded_up():
    parts = split(M("0.14 CHF"), [M("1.00 CHF"), M("27.00 CHF")])
    assert [plain(part) for part in parts] == ["0.01", "0.13"]
