"""What a bank takes back opens the invoice again, as it was reminded (F60)."""

from __future__ import annotations

from datetime import date

import pytest

from billing.actions.bank_entries import accept_entry, accept_return
from billing.actions.ledger import LedgerRefusal
from billing.audit import audit
from billing.bank.proposals import proposals
from billing.models import BankEntry, Credit, Invoice
from billing.rules.bank.statement import Transaction
from billing.rules.money import plain
from billing.rules.returns import Received, Returned, find_returned
from tests import make
from tests.billing import banking

State = BankEntry.State
DAY = date(2026, 3, 16)


def back(amount="-100.00 CHF", **given):
    money = make.money(amount)
    return Transaction("k", DAY, DAY, money, money * 0, **given)


def paid(pk, amount="100.00 CHF", on=date(2026, 3, 1), **given):
    return Received(pk, make.money(amount), on, **given)


@pytest.mark.parametrize(
    ("row", "received", "found"),
    [
        (back(), [], Returned("unknown")),
        (
            back(bank_reference="R7"),
            [paid(1, bank_reference="R6"), paid(2, bank_reference="R7")],
            Returned("bank_reference", 2),
        ),
        (
            back(end_to_end="E1", name="Dupont"),
            [paid(1, name="Dupont"), paid(2, end_to_end="E1")],
            Returned("end_to_end", 2),
        ),
        (
            back(end_to_end="NOTPROVIDED", name="DUPONT SA"),
            [paid(1, end_to_end="NOTPROVIDED"), paid(2, name="Dupont SA")],
            Returned("name", 2),
        ),
        (back(reference="RF1"), [paid(1, reference="RF1")], Returned("reference", 1)),
        (back(iban="CH1"), [paid(1, iban="CH1")], Returned("iban", 1)),
        (
            back(name="Dupont"),
            [paid(1, name="Dupont"), paid(2, name="Dupont")],
            Returned("several", None, (1, 2)),
        ),
        (
            back(bank_reference="R7"),
            [paid(1, "99.00 CHF", bank_reference="R7")],
            Returned("unknown"),
        ),
        (
            back(bank_reference="R7"),
            [paid(1, "100.00 EUR", bank_reference="R7")],
            Returned("unknown"),
        ),
        (
            back(bank_reference="R7"),
            [paid(1, on=date(2026, 3, 17), bank_reference="R7")],
            Returned("unknown"),
        ),
    ],
)
def test_the_best_named_payment_of_the_same_amount_is_found(row, received, found):
    assert find_returned(row, received) == found


@pytest.fixture
def invoice(company):
    """A reminded invoice: level 2, with the deadline of its last letter."""
    row = banking.invoice("100.00 CHF", due=30)
    Invoice.objects.filter(pk=row.pk).update(level=2, deadline_on=banking.ago(3))
    return row


@pytest.fixture
def booked(invoice):
    """It is paid through the bank."""
    banking.read(banking.came(of=invoice, ref="R1", on=5, name="Dupont SA"))
    entry = BankEntry.objects.get()
    return accept_entry(
        entry,
        invoice.client,
        {invoice.pk: make.money("100.00 CHF")},
        {},
        today=banking.ago(0),
    )


def returned(**given):
    return banking.read(banking.went(on=1, **given), opening="1100.00").entries.get()


@pytest.mark.django_db
def test_a_bounced_debit_is_proposed_and_reverses_the_payment(invoice, booked):
    entry = returned(ref="R1", reversal=True)
    [proposed] = proposals([entry])
    assert (proposed.credit, proposed.confidence) == (booked, "high")
    accept_return(entry, booked, today=banking.ago(0))
    entry.refresh_from_db()
    assert (entry.state, entry.returns) == (State.RETURNED, booked)
    counter = booked.counter_entries.get()
    assert (counter.kind, counter.dated_on) == ("reversal", banking.ago(1))
    invoice.refresh_from_db()
    assert (plain(invoice.open), invoice.level) == ("100.00", 2)
    assert invoice.deadline_on == banking.ago(3)
    assert list(audit()) == []


@pytest.mark.django_db
def test_a_return_is_booked_once(invoice, booked):
    entry = returned(ref="R1", reversal=True)
    accept_return(entry, booked, today=banking.ago(0))
    with pytest.raises(LedgerRefusal):
        accept_return(entry, booked, today=banking.ago(0))
    assert booked.counter_entries.count() == 1


@pytest.mark.django_db
def test_a_payment_that_was_taken_back_is_not_proposed_again(invoice, booked):
    accept_return(returned(ref="R1"), booked, today=banking.ago(0))
    entry = returned(ref="R9", name="Dupont SA", reversal=True)
    [proposed] = proposals([entry])
    assert (proposed.credit, proposed.acceptable) == (None, False)


@pytest.mark.django_db
def test_what_was_settled_with_the_payment_goes_with_it(company):
    invoice = banking.invoice("100.00 CHF")
    banking.read(banking.came("98.00", of=invoice, ref="R1", on=5))
    credit = accept_entry(
        BankEntry.objects.get(),
        invoice.client,
        {invoice.pk: make.money("98.00 CHF")},
        {invoice.pk: "difference"},
        today=banking.ago(0),
    )
    invoice.refresh_from_db()
    assert plain(invoice.open) == "0.00"
    accept_return(
        banking.read(banking.went("98.00", ref="R1"), opening="1098.00").entries.get(),
        credit,
        today=banking.ago(0),
    )
    invoice.refresh_from_db()
    assert plain(invoice.open) == "100.00"
    assert Credit.objects.filter(counter_entries=None).count() == 0
    assert list(audit()) == []


@pytest.mark.django_db
def test_the_page_takes_back_what_is_chosen(desk, invoice, booked):
    entry = returned(name="Somebody else", reversal=True)
    page = desk.get(f"/bank/entries/{entry.pk}/")
    assert list(page.context["payments"]) == [booked]
    desk.post(f"/bank/entries/{entry.pk}/return/", {"credit": "x"})
    entry.refresh_from_db()
    assert entry.state == State.WAITING
    desk.post(f"/bank/entries/{entry.pk}/return/", {"credit": booked.pk})
    entry.refresh_from_db()
    assert entry.state == State.RETURNED
