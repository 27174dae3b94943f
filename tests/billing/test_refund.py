"""Refunds, reversals, releases and bank charges: nothing twice, nothing negative."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from billing import facts
from billing.actions import ledger
from billing.actions.ledger import LedgerRefusal
from billing.actions.payments import Received, Rest, receive_payment, receive_short
from billing.models import BankAccount, CounterEntry, Credit, Invoice
from billing.rules.money import plain, zero
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def inv():
    return make.invoice("100.00 CHF", issued="2026-01-05", due="2026-02-04")


@pytest.fixture
def paid(inv):
    """130.00 on 10 January, 100.00 of it for the invoice."""
    return make.credit(
        "130.00 CHF", of=inv.client, on="2026-01-10", to={inv: "100.00 CHF"}
    )


@pytest.fixture
def account():
    return BankAccount.objects.create(
        name="Main", iban="CH9300762011623852957", currency="CHF"
    )


def left_on(client, day):
    found = facts.unallocated(date.fromisoformat(day), [client.pk])
    return plain(found.get((client.pk, "CHF"), zero("CHF")))


def test_what_is_left_is_paid_back_and_no_more(paid, account):
    with pytest.raises(LedgerRefusal):
        ledger.refund(paid, make.money("30.01 CHF"), date(2026, 1, 12), "over")
    entry = ledger.refund(
        paid, make.money("30.00 CHF"), date(2026, 1, 12), "over", account=account
    )
    assert (entry.number, entry.account) == ("RF-2026-0001", account)
    assert left_on(paid.client, "2026-01-11") == "30.00"
    assert left_on(paid.client, "2026-01-12") == "0.00"


def test_a_refund_sent_twice_is_booked_once(paid):
    key = str(uuid4())
    made = [
        ledger.refund(paid, make.money("30.00 CHF"), date(2026, 1, 12), "over", key=key)
        for _again in range(2)
    ]
    assert made[0] == made[1]
    paid.refresh_from_db()
    assert plain(paid.unallocated) == "0.00"


@pytest.mark.parametrize("take_back", ["refund", "reverse"])
def test_what_settled_an_invoice_until_a_day_is_not_taken_back_before_it(
    inv, paid, take_back
):
    ledger.release(paid.allocations.get(), date(2026, 2, 1))

    def act(on):
        if take_back == "refund":
            ledger.refund(paid, make.money("130.00 CHF"), on, "x")
        else:
            ledger.reverse_credit(paid, on, "x")

    with pytest.raises(LedgerRefusal, match="not earlier"):
        act(date(2026, 1, 31))
    act(date(2026, 2, 1))
    assert left_on(inv.client, "2026-01-31") == "30.00"
    assert left_on(inv.client, "2026-02-01") == "0.00"


def test_a_release_opens_the_invoice_from_its_day_on_once(inv, paid):
    part = paid.allocations.get()
    with pytest.raises(LedgerRefusal):
        ledger.release(part, date(2026, 1, 9))
    back = ledger.release(part, date(2026, 2, 1))
    for again in (part, back):
        with pytest.raises(LedgerRefusal, match="already"):
            ledger.release(again, date(2026, 2, 2))
    days = [
        [plain(i.open) for i in facts.open_items(date.fromisoformat(day))]
        for day in ("2026-01-31", "2026-02-01")
    ]
    assert days == [[], ["100.00"]]


def test_bank_charges_are_paid_by_the_client_and_not_received(inv, account):
    credit = receive_payment(
        inv.client,
        make.money("100.00 CHF"),
        {inv.pk: make.money("100.00 CHF")},
        dated_on=date(2026, 1, 20),
        reference="",
        key=str(uuid4()),
        account=account,
        charges=make.money("12.00 CHF"),
    )
    inv.refresh_from_db()
    assert not inv.open
    assert plain(make.money(f"{credit.charges} CHF")) == "12.00"


@pytest.mark.parametrize(
    "charges", ["100.00 CHF", "1.00 EUR", "-1.00 CHF", "0.001 CHF"]
)
def test_charges_are_less_than_the_payment_and_in_its_currency(inv, charges):
    with pytest.raises(LedgerRefusal):
        ledger.record_credit(
            inv.client,
            Credit.Kind.PAYMENT,
            make.money("100.00 CHF"),
            dated_on=date(2026, 1, 20),
            charges=make.money(charges),
        )
    assert not Credit.objects.exists()


def test_an_account_of_another_currency_is_refused(inv, account):
    with pytest.raises(LedgerRefusal, match="Main"):
        ledger.record_credit(
            inv.client,
            Credit.Kind.PAYMENT,
            make.money("100.00 EUR"),
            dated_on=date(2026, 1, 20),
            account=account,
        )


def test_a_rest_that_is_no_small_difference_books_nothing_at_all(inv):
    received = Received(make.money("90.00 CHF"), date(2026, 1, 20))
    with pytest.raises(LedgerRefusal, match="at most"):
        receive_short(
            inv.client,
            received,
            {inv.pk: received.amount},
            {inv.pk: Rest.DIFFERENCE},
            key="k",
        )
    assert not Credit.objects.exists()
    inv = Invoice.objects.get(pk=inv.pk)
    assert plain(inv.open) == "100.00"


def test_a_reversal_is_not_booked_beside_a_refund(paid):
    ledger.refund(paid, make.money("30.00 CHF"), date(2026, 1, 12), "over")
    with pytest.raises(LedgerRefusal):
        ledger.reverse_credit(paid, date(2026, 1, 13), "bounced")
    assert CounterEntry.objects.count() == 1
