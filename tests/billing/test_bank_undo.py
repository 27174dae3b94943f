"""Undoing a file takes back all that was booked from it, or nothing."""

from __future__ import annotations

import pytest

from billing.actions.bank_booking import book_exact
from billing.actions.bank_entries import accept_entry
from billing.actions.ledger import allocate, refund, reverse_credit
from billing.audit import audit
from billing.models import BankEntry, BankFile, CounterEntry, Credit
from billing.rules.money import plain
from tests import make
from tests.billing import banking

pytestmark = pytest.mark.django_db
State = BankEntry.State


@pytest.fixture
def invoice(company):
    return banking.invoice("100.00 CHF")


@pytest.fixture
def file(invoice):
    """A payment of 130.00, of which 100.00 lie on the invoice; and 75.00 that wait."""
    file = banking.read(
        banking.came("130.00", of=invoice, ref="R1", on=3),
        banking.came("75.00", ref="R2"),
        banking.went("5.00", ref="R3"),
    )
    entry = file.entries.get(bank_reference="R1")
    parts = {invoice.pk: make.money("100.00 CHF")}
    accept_entry(entry, invoice.client, parts, {}, today=banking.ago(0))
    return file


def test_the_page_says_what_will_happen_and_does_it(desk, accountant, file, invoice):
    page = desk.get(f"/bank/{file.pk}/undo/")
    assert [(n, plain(s)) for n, s in page.context["payments"]] == [(1, "130.00")]
    assert not CounterEntry.objects.exists()
    desk.post(f"/bank/{file.pk}/undo/")
    counter = CounterEntry.objects.get()
    assert (counter.kind, counter.dated_on) == ("reversal", banking.ago(0))
    assert (counter.created_by, counter.account) == (accountant, file.account)
    invoice.refresh_from_db()
    assert plain(invoice.open) == "100.00"
    assert plain(Credit.objects.get().unallocated) == "0.00"
    assert set(file.entries.values_list("state", flat=True)) == {State.UNDONE}
    file.refresh_from_db()
    assert file.undone_by == accountant
    assert list(audit()) == []


def test_a_second_click_changes_nothing(desk, file):
    desk.post(f"/bank/{file.pk}/undo/")
    page = desk.post(f"/bank/{file.pk}/undo/")
    assert page.url == f"/bank/{file.pk}/"
    assert CounterEntry.objects.count() == 1


def test_the_file_can_be_read_and_booked_again(file, invoice):
    from billing.actions.bank import Source, keep_bank_file
    from billing.actions.bank_undo import undo_file

    undo_file(file, today=banking.ago(0))
    kept = BankFile.objects.get(pk=file.pk)
    [again] = keep_bank_file(Source("again.xml", bytes(kept.content)))
    assert (again.found, again.known_before) == (3, 0)
    assert book_exact(again, today=banking.ago(0)) == 1
    invoice.refresh_from_db()
    assert plain(invoice.open) == "0.00"
    assert list(audit()) == []


def test_a_rest_put_to_another_invoice_later_comes_back_too(file, invoice):
    from billing.actions.bank_undo import undo_file

    other = banking.invoice("30.00 CHF", "F-2026-0002", to=invoice.client)
    allocate(Credit.objects.get(), {other.pk: make.money("30.00 CHF")})
    undo_file(file, today=banking.ago(0))
    other.refresh_from_db()
    assert plain(other.open) == "30.00"
    assert list(audit()) == []


@pytest.mark.parametrize("how", ["refund", "reversal"])
def test_a_payment_that_moved_on_stops_it_with_its_name(desk, file, how):
    credit = Credit.objects.get()
    if how == "refund":
        refund(credit, make.money("30.00 CHF"), banking.ago(0))
    else:
        reverse_credit(credit, banking.ago(0), "bounced")
    page = desk.get(f"/bank/{file.pk}/undo/")
    assert credit.number in page.content.decode()
    desk.post(f"/bank/{file.pk}/undo/")
    file.refresh_from_db()
    assert file.undone_at is None
    assert CounterEntry.objects.count() == 1
    assert file.entries.filter(state=State.BOOKED).count() == 1


def test_a_payment_of_a_day_to_come_is_not_reversed_before_it(file, invoice):
    from billing.actions.bank_undo import undo_file

    undo_file(file, today=banking.ago(30))
    assert CounterEntry.objects.get().dated_on == banking.ago(3)
    assert list(audit()) == []
