"""Given up without money: losses, small differences, discounts (domain §5, §7, §10)."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from billing import facts
from billing.actions import ledger
from billing.actions.ledger import LedgerRefusal
from billing.actions.marks import mark_invoice
from billing.models import Credit, Invoice, InvoiceMark, NumberSeries
from billing.rules.money import plain
from tests import make

pytestmark = pytest.mark.django_db
LOSS, DIFFERENCE = Credit.Cause.LOSS, Credit.Cause.DIFFERENCE
UNCOLLECTIBLE = InvoiceMark.Kind.UNCOLLECTIBLE
DAY = date(2026, 3, 2)


@pytest.fixture
def inv():
    """1000.00 CHF, 2 % within ten days (until 20 January)."""
    row = make.invoice("1000.00 CHF", issued="2026-01-10", due="2026-02-09")
    return offer(row)


def offer(row, percent="2", until="2026-01-20"):
    """The same invoice, issued with a discount."""
    return Invoice.objects.create(
        client=row.client,
        number=f"{row.number}-D",
        total=row.total,
        open=row.open,
        issued_on=row.issued_on,
        due_on=row.due_on,
        deadline_on=row.due_on,
        discount_percent=percent,
        discount_until=until and make.day(until),
    )


def opened(row):
    return plain(Invoice.objects.get(pk=row.pk).open)


def active(row):
    return row.marks.filter(kind=UNCOLLECTIBLE, ended_on=None).exists()


@pytest.mark.parametrize("marked", [False, True])
def test_a_loss_closes_the_claim_from_its_day_on_with_or_without_the_mark(inv, marked):
    if marked:
        mark_invoice(inv, UNCOLLECTIBLE, date(2026, 2, 20), "bankrupt")
    credit = ledger.write_off(inv, make.money("1000.00 CHF"), DAY, "bankrupt")
    assert (credit.cause, credit.number) == (LOSS, "W-2026-0001")
    claims = {i.number for i in facts.open_items(date(2026, 3, 1), [inv.client_id])}
    assert inv.number in claims
    claims = {i.number for i in facts.open_items(DAY, [inv.client_id])}
    assert inv.number not in claims
    assert active(inv) == marked  # marking and passing to loss are two things


@pytest.mark.parametrize(
    ("amount", "currency", "cause", "fits"),
    [
        ("5.00", "CHF", DIFFERENCE, True),
        ("5.01", "CHF", DIFFERENCE, False),
        ("5.01", "CHF", LOSS, True),
        ("500", "JPY", DIFFERENCE, True),
        ("501", "JPY", DIFFERENCE, False),
        ("1.500", "KWD", DIFFERENCE, True),
        ("1.501", "KWD", DIFFERENCE, False),
    ],
)
def test_a_difference_is_small_a_loss_is_not(amount, currency, cause, fits):
    row = make.invoice(f"1000 {currency}")
    given = make.money(f"{amount} {currency}")
    if fits:
        assert ledger.write_off(row, given, DAY, "x", cause=cause).cause == cause
        return
    with pytest.raises(LedgerRefusal, match="at most"):
        ledger.write_off(row, given, DAY, "x", cause=cause)
    assert not Credit.objects.exists()
    assert not NumberSeries.objects.filter(name="W").exists()


@pytest.mark.parametrize(
    ("total", "percent", "gives"),
    [
        ("1000.00 CHF", "2", "20.00"),
        ("0.75 CHF", "2", "0.02"),
        ("33.35 EUR", "3", "1.00"),
        ("12345 JPY", "3", "370"),
        ("1.250 KWD", "2.5", "0.031"),
    ],
)
def test_a_discount_is_its_share_of_the_total_rounded_half_up(total, percent, gives):
    row = offer(make.invoice(total, issued="2026-01-10"), percent)
    credit = ledger.settle_discount(row, date(2026, 1, 20))
    assert (plain(credit.amount), credit.kind) == (gives, Credit.Kind.DISCOUNT)
    assert credit.number == "D-2026-0001"
    assert not credit.unallocated


@pytest.mark.parametrize(
    ("on", "reason", "granted"),
    [
        ("2026-01-20", "", True),
        ("2026-01-21", "", False),
        ("2026-01-21", "always pays", True),
        ("2026-01-09", "", False),
    ],
)
def test_a_discount_has_its_days_and_later_needs_a_reason(inv, on, reason, granted):
    on = date.fromisoformat(on)
    if granted:
        assert ledger.settle_discount(inv, on, reason=reason).reference == reason
    else:
        with pytest.raises(LedgerRefusal):
            ledger.settle_discount(inv, on, reason=reason)
        assert opened(inv) == "1000.00"


def test_a_discount_is_never_more_than_what_is_open(inv):
    make.payment("990.00 CHF", on="2026-01-15", to=inv)
    inv.refresh_from_db()
    credit = ledger.settle_discount(inv, date(2026, 1, 15))
    assert (plain(credit.amount), opened(inv)) == ("10.00", "0.00")
    with pytest.raises(LedgerRefusal, match="paid"):
        ledger.settle_discount(inv, date(2026, 1, 15))


def test_a_discount_is_granted_once_and_again_after_it_was_reversed(inv):
    first = ledger.settle_discount(inv, date(2026, 1, 15))
    with pytest.raises(LedgerRefusal, match="granted already"):
        ledger.settle_discount(inv, date(2026, 1, 16))
    ledger.reverse_credit(first, date(2026, 1, 17), "wrong invoice")
    assert opened(inv) == "1000.00"
    ledger.settle_discount(inv, date(2026, 1, 18))
    assert opened(inv) == "980.00"


def test_no_discount_where_none_was_offered():
    with pytest.raises(LedgerRefusal, match="No discount"):
        ledger.settle_discount(make.invoice("100.00 CHF"), DAY, reason="kind")


def test_the_same_key_is_booked_once(inv):
    key = str(uuid4())
    for _again in range(2):
        ledger.write_off(inv, make.money("10.00 CHF"), DAY, "x", key=key)
    key = str(uuid4())
    for _again in range(2):
        ledger.settle_discount(inv, date(2026, 1, 12), key=key)
    assert (Credit.objects.count(), opened(inv)) == (2, "970.00")


def test_given_up_on_a_day_on_which_another_payment_stood_is_refused(inv):
    paid = make.payment("1000.00 CHF", on="2026-01-15", to=inv)
    ledger.reverse_credit(paid, date(2026, 2, 20), "bounced")
    inv.refresh_from_db()
    with pytest.raises(LedgerRefusal, match=r"from 20\.02\.2026|20/02/2026|2/20/2026"):
        ledger.write_off(inv, make.money("1000.00 CHF"), date(2026, 2, 1), "x")
    ledger.write_off(inv, make.money("1000.00 CHF"), date(2026, 2, 20), "x")


def test_what_was_given_up_goes_to_no_other_invoice_and_is_not_paid_back(inv):
    for credit in (
        ledger.settle_discount(inv, date(2026, 1, 15)),
        ledger.write_off(inv, make.money("80.00 CHF"), DAY, "x"),
    ):
        with pytest.raises(LedgerRefusal, match="as a whole"):
            ledger.release(credit.allocations.get(), DAY)
        with pytest.raises(LedgerRefusal, match="Nothing was received"):
            ledger.refund(credit, make.money("1.00 CHF"), DAY, "x")


def test_a_reversed_write_off_puts_the_invoice_back_where_its_letters_left_it(inv):
    Invoice.objects.filter(pk=inv.pk).update(level=2, deadline_on=date(2026, 3, 1))
    lost = ledger.write_off(inv, make.money("1000.00 CHF"), DAY, "bankrupt")
    ledger.reverse_credit(lost, date(2026, 4, 1), "paid after all")
    inv.refresh_from_db()
    assert (plain(inv.open), inv.level) == ("1000.00", 2)
    assert inv.deadline_on == date(2026, 3, 1)
    assert inv in Invoice.objects.overdue(date(2026, 4, 2))


@pytest.mark.parametrize(
    ("pays", "ends"), [("999.99 CHF", False), ("1000.00 CHF", True)]
)
def test_non_paye_ends_by_itself_when_nothing_is_open(inv, pays, ends):
    mark = mark_invoice(inv, UNCOLLECTIBLE, date(2026, 2, 20), "bankrupt")
    make.payment(pays, on="2026-03-05", to=inv)
    assert active(inv) == (not ends)
    mark.refresh_from_db()
    assert mark.ended_on == (date(2026, 3, 5) if ends else None)
    assert bool(mark.end_reason) == ends


def test_non_paye_never_ends_before_it_began(inv):
    mark = mark_invoice(inv, UNCOLLECTIBLE, date(2026, 2, 20), "bankrupt")
    make.payment("1000.00 CHF", on="2026-02-01", to=inv)
    mark.refresh_from_db()
    assert mark.ended_on == date(2026, 2, 20)


def test_a_dispute_stays_when_the_invoice_is_paid(inv):
    mark = mark_invoice(inv, InvoiceMark.Kind.DISPUTED, date(2026, 2, 1), "hours")
    make.payment("1000.00 CHF", on="2026-03-05", to=inv)
    mark.refresh_from_db()
    assert mark.ended_on is None
