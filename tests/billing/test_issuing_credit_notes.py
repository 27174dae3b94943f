"""A credit note settles what it corrects first, and never takes back too much."""

from __future__ import annotations

from datetime import date

import pytest

from billing.actions import ledger
from billing.actions.issuing import IssueRefusal
from billing.audit import audit
from billing.models import Allocation, Bill, Credit
from billing.rules.money import plain
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(company):
    return company


def correct(invoice, amount, on="2026-02-01", **given):
    values = {"to": invoice.client, "currency": invoice.currency} | given
    return make.bill(amount, kind="credit_note", corrects=invoice, on=on, **values)


def opens(bill):
    invoices = bill.invoices.order_by("instalment")
    return [plain(invoice.open) for invoice in invoices]


def test_it_is_a_credit_put_to_the_invoice():
    bill = make.bill("100")
    note = correct(bill.invoices.get(), "30")
    credit = Credit.objects.get()
    assert (note.kind, note.number, note.due_on) == (
        "credit_note",
        "CN-2026-0001",
        None,
    )
    assert (note.account, note.invoices.count()) == ({}, 0)
    assert note.corrects == bill.invoices.get()
    assert (credit.bill, credit.kind, credit.number) == (
        note,
        "credit_note",
        note.number,
    )
    assert (credit.dated_on, credit.reference) == (date(2026, 2, 1), "F-2026-0001")
    assert (plain(credit.amount), plain(credit.unallocated)) == ("30.00", "0.00")
    assert opens(bill) == ["70.00"]
    assert Allocation.objects.get().effective_on == date(2026, 2, 1)


def test_instalments_are_settled_the_oldest_due_first():
    bill = make.bill("100", instalments=[(10, "20"), (40, "30"), (70, "50")])
    correct(bill.invoices.get(instalment=3), "45")
    assert opens(bill) == ["0.00", "5.00", "50.00"]


def test_what_is_paid_already_stays_free_for_other_invoices():
    bill, other = make.bill("100"), None
    invoice = bill.invoices.get()
    make.payment("80.00 CHF", on="2026-01-20", to=invoice)
    correct(invoice, "100")
    credit = Credit.objects.get(kind="credit_note")
    assert plain(credit.unallocated) == "80.00"
    other = make.bill("50", to=invoice.client, on="2026-03-01").invoices.get()
    ledger.allocate(credit, {other.pk: make.money("50.00 CHF")})
    effective = Allocation.objects.filter(invoice=other).get().effective_on
    assert effective == date(2026, 3, 1)


def test_a_paid_invoice_gives_it_all_as_credit():
    invoice = make.bill("100").invoices.get()
    make.payment("100.00 CHF", on="2026-01-20", to=invoice)
    correct(invoice, "100")
    credit = Credit.objects.get(kind="credit_note")
    assert plain(credit.unallocated) == "100.00"
    assert not credit.allocations.exists()


def test_all_of_them_together_take_back_no_more_than_was_billed():
    bill = make.bill("100", instalments=[(10, "50"), (40, "50")])
    first, second = bill.invoices.order_by("instalment")
    correct(first, "60")
    with pytest.raises(IssueRefusal, match=r"40\.00"):
        correct(second, "40.01")
    correct(second, "40")
    assert opens(bill) == ["0.00", "0.00"]
    with pytest.raises(IssueRefusal, match=r"0\.00"):
        correct(first, "0.01")


def test_an_imported_invoice_is_corrected_within_its_total():
    invoice = make.invoice("100.00 CHF", due="2026-01-20")
    correct(invoice, "70")
    with pytest.raises(IssueRefusal, match=r"30\.00"):
        correct(invoice, "31")
    invoice.refresh_from_db()
    assert plain(invoice.open) == "30.00"


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"to": True}, "another client"),
        ({"currency": "EUR"}, "another client or currency"),
        ({"on": "2026-01-09"}, "before the invoice"),
    ],
)
def test_what_it_corrects_must_be_the_clients_and_earlier(given, word):
    invoice = make.bill("100", on="2026-01-10").invoices.get()
    if "to" in given:
        given = {"to": make.client()}
    with pytest.raises(IssueRefusal, match=word):
        correct(invoice, "10", **given)
    assert Bill.objects.count() == 1


def test_a_credit_that_corrects_nothing_is_free():
    make.bill("25", kind="credit_note")
    assert plain(Credit.objects.get().unallocated) == "25.00"


def test_the_ledger_agrees_afterwards():
    bill = make.bill("100", instalments=[(10, "20"), (40, "80")])
    correct(bill.invoices.get(instalment=1), "45")
    make.bill("25", kind="credit_note", on="2026-03-01")
    assert list(audit()) == []


def test_a_credit_note_taken_back_makes_room_for_another():
    bill = make.bill("100")
    correct(bill.invoices.get(), "80")
    with pytest.raises(IssueRefusal):
        correct(bill.invoices.get(), "90")
    ledger.reverse_credit(Credit.objects.get(), date(2026, 2, 2), "wrong client")
    correct(bill.invoices.get(), "90", on="2026-02-03")
    assert opens(bill) == ["10.00"]
    assert not list(audit())
