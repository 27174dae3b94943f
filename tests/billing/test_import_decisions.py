"""What a row adds to what is booked: a table of every case, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from billing.rules.receivables import BookedInvoice, Receivable, decide
from tests import make

FULL = make.money("100.00 CHF")
HALF = make.money("40.00 CHF")
REST = make.money("60.00 CHF")
MORE = make.money("130.00 CHF")
NONE = make.money("0.00 CHF")
JAN, FEB, MAR = date(2026, 1, 10), date(2026, 2, 9), date(2026, 3, 1)
ROW = Receivable(2, "R-1", "K1", JAN, FEB, FULL)
BOOKED = BookedInvoice(7, "R-1", "K1", JAN, FEB, FULL, FULL, NONE, NONE)
IN_FULL = replace(BOOKED, open=NONE, imported=FULL, imported_on=FEB, imports=1)
IN_PART = replace(BOOKED, open=REST, imported=HALF, imported_on=FEB, imports=1)
BY_HAND = replace(BOOKED, open=NONE, by_hand=FULL)


def paid(amount, on):
    return replace(ROW, paid=amount, paid_on=on)


def plan(row, booked=None, until=None):
    known = {booked.number: booked} if booked else {}
    return decide([row], known, {"K1"} if booked else set(), until)


def test_a_new_invoice_brings_its_client_payment_and_dispute():
    made = plan(replace(paid(FULL, MAR), disputed=True))
    assert list(made.clients) == ["K1"]
    assert [row.number for row in made.invoices + made.disputes] == ["R-1", "R-1"]
    [payment] = made.payments
    assert (payment.key, payment.amount, payment.allocated) == ("R-1#1", FULL, FULL)
    assert (payment.paid_on, payment.effective_on) == (MAR, MAR)
    assert made.unchanged == 0


def test_a_prepayment_is_effective_when_the_invoice_is_issued():
    early = date(2025, 12, 1)
    [payment] = plan(paid(FULL, early)).payments
    assert (payment.paid_on, payment.effective_on) == (early, JAN)


def test_a_payment_after_a_reversal_counts_from_the_reversal_on():
    """Until then the reversed one stood: the invoice would be settled twice."""
    bounced = replace(BOOKED, released_on=MAR)
    [payment] = plan(paid(FULL, FEB), bounced).payments
    assert (payment.paid_on, payment.effective_on) == (FEB, MAR)


def test_an_overpayment_leaves_the_rest_unallocated():
    [payment] = plan(paid(MORE, MAR)).payments
    assert (payment.amount, payment.allocated) == (MORE, FULL)


@pytest.mark.parametrize(
    ("row", "booked"),
    [
        (ROW, BOOKED),
        (paid(FULL, FEB), IN_FULL),
        (paid(HALF, FEB), IN_PART),
        (paid(FULL, MAR), BY_HAND),
        (ROW, BY_HAND),
        (paid(HALF, MAR), BY_HAND),
        (replace(ROW, disputed=True), replace(BOOKED, was_disputed=True)),
        (ROW, replace(BOOKED, was_disputed=True)),
    ],
)
def test_what_is_there_already_is_unchanged(row, booked):
    made = plan(row, booked)
    assert (made.unchanged, made.errors) == (1, [])
    assert not (made.clients)
    assert not (made.invoices)
    assert not (made.payments)
    assert not (made.disputes)


@pytest.mark.parametrize(
    ("row", "booked", "key", "amount", "allocated"),
    [
        (paid(FULL, MAR), BOOKED, "R-1#1", FULL, FULL),
        (paid(FULL, MAR), IN_PART, "R-1#2", REST, REST),
        (paid(FULL, FEB), IN_PART, "R-1#2", REST, REST),
        (paid(MORE, MAR), IN_FULL, "R-1#2", make.money("30.00 CHF"), NONE),
        (
            paid(FULL, MAR),
            replace(BOOKED, open=REST, by_hand=HALF),
            "R-1#1",
            REST,
            REST,
        ),
        (paid(FULL, MAR), replace(BOOKED, open=HALF), "R-1#1", FULL, HALF),
    ],
)
def test_a_payment_now_known_is_added(row, booked, key, amount, allocated):
    made = plan(row, booked)
    [payment] = made.payments
    assert (payment.key, payment.amount, payment.allocated) == (key, amount, allocated)
    assert payment.invoice == booked
    assert made.unchanged == 0


@pytest.mark.parametrize(
    ("row", "booked", "fields"),
    [
        (replace(ROW, client="K2"), BOOKED, ["client"]),
        (replace(ROW, total=HALF), BOOKED, ["total"]),
        (replace(ROW, total=make.money("100.00 EUR")), BOOKED, ["currency"]),
        (replace(ROW, issued_on=date(2026, 1, 9)), BOOKED, ["issued_on"]),
        (replace(ROW, due_on=MAR, client="K2"), BOOKED, ["client", "due_on"]),
        (paid(HALF, FEB), IN_FULL, ["paid"]),
        (paid(FULL, MAR), IN_FULL, ["paid_on"]),
        (paid(FULL, JAN), IN_PART, ["paid_on"]),
        (ROW, IN_FULL, ["paid_on"]),
    ],
)
def test_a_row_that_contradicts_what_is_booked_is_refused(row, booked, fields):
    made = plan(row, booked)
    assert [(error.row, error.field) for error in made.errors] == [
        (2, field) for field in fields
    ]
    assert not (made.payments)
    assert not (made.disputes)
    assert not (made.unchanged)


def test_until_takes_what_was_known_that_day():
    row = paid(FULL, MAR)
    before = plan(row, until=date(2026, 1, 9))
    assert (before.invoices, before.unchanged, before.errors) == ([], 0, [])
    issued = plan(row, until=JAN)
    assert (len(issued.invoices), issued.payments) == (1, [])
    waiting = plan(row, BOOKED, until=date(2026, 2, 28))
    assert (waiting.payments, waiting.unchanged) == ([], 1)
    assert len(plan(row, BOOKED, until=MAR).payments) == 1
