"""Drafts made of what was issued: a copy, and the correction of an invoice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from billing.actions.drafts import DraftRefusal, copy_bill, correction
from billing.actions.issuing import issue_draft
from billing.actions.ledger import reverse_credit
from billing.billing_settings import usual_vat_rates
from billing.drafts import left_to_correct, totals_of
from billing.models import BillKind, Draft, VatRate
from billing.rules.money import plain
from tests import make
from tests.billing.writing import stored

pytestmark = pytest.mark.django_db

RATES = [("12.5", "150.00", "CH8.1"), ("3", "-7.3333", "CH2.6"), ("1", "0.01", "CH8.1")]


@pytest.fixture
def company(db):
    return make.company(vat_number="CHE-123.456.788")


def issued(draft, on="2026-03-01"):
    day = date.fromisoformat(on)
    return issue_draft(draft, today=day, person=None, version=draft.version)


def half(draft):
    draft.lines.update(quantity=Decimal("0.5"))
    return draft


@pytest.mark.parametrize(
    "head",
    [
        {},
        {"round_to_five": True},
        {"prices_include_vat": True, "round_to_five": True},
        {"currency": "EUR", "prices_include_vat": True},
        {"currency": "JPY"},
    ],
)
def test_copy_and_full_correction_come_to_what_was_billed(company, head):
    bill = make.bill(*RATES, title="May", order_reference="PO 7", **head)
    copy = copy_bill(bill, None)
    assert (copy.kind, copy.title, copy.issued_on) == (BillKind.INVOICE, "May", None)
    note = correction(bill.invoices.get(), None)
    assert (note.kind, note.corrects) == (BillKind.CREDIT_NOTE, bill.invoices.get())
    assert bill.number in note.title
    assert stored(copy) == stored(note) == stored_bill(bill)
    assert totals_of(copy).total == totals_of(note).total == bill.total


def stored_bill(bill):
    return [
        (row.description, f"{row.quantity.normalize():f}", f"{row.price.normalize():f}")
        for row in bill.lines.all()
    ]


def test_a_correction_has_the_rates_of_its_bill_whatever_became_of_them(company):
    VatRate.objects.bulk_create(usual_vat_rates("CH"))
    bill = make.bill(("1", "100", "CH8.1"))
    VatRate.objects.filter(code="CH8.1").update(percent=Decimal("8.5"))
    note, copy = correction(bill.invoices.get(), None), copy_bill(bill, None)
    assert plain(totals_of(note).total) == "108.10"
    assert plain(totals_of(copy).total) == "108.50"
    VatRate.objects.filter(code="CH8.1").delete()
    assert plain(totals_of(note).total) == "108.10"


def test_a_copy_keeps_the_instalments(company):
    parts = [(30, "33.33"), (60, "33.33"), (90, "33.34")]
    copy = copy_bill(make.bill("100.00", instalments=parts), None)
    rows = copy.instalments.values_list("days", "percent")
    assert [(days, f"{percent}") for days, percent in rows] == [
        (30, "33.33"),
        (60, "33.33"),
        (90, "33.34"),
    ]


def test_the_same_form_makes_one_copy(desk):
    bill = make.bill()
    pk, key = bill.invoices.get().pk, {"key": str(uuid4())}
    first = desk.post(f"/invoices/{pk}/copy/", key)
    assert desk.post(f"/invoices/{pk}/copy/", key).url == first.url
    assert desk.post(f"/invoices/{pk}/copy/", {"key": "x"}).url != first.url
    assert Draft.objects.count() == 2
    draft = Draft.objects.get(key=key["key"])
    issued(draft)
    assert desk.post(f"/invoices/{pk}/copy/", key).url == f"/invoices/{pk}/"


def test_a_correction_that_was_begun_is_taken_up_again(desk):
    bill = make.bill("100.00", instalments=[(30, "50"), (60, "50")])
    first, second = bill.invoices.order_by("instalment")
    answer = desk.post(f"/invoices/{first.pk}/correct/")
    assert desk.post(f"/invoices/{second.pk}/correct/").url == answer.url
    assert Draft.objects.count() == 1


def test_what_credit_notes_took_back_cannot_be_taken_back_again(company):
    bill = make.bill("100.00", on="2026-01-10")
    invoice = bill.invoices.get()
    assert plain(left_to_correct(invoice)) == "100.00"
    first = issued(half(correction(invoice, None)))
    assert plain(left_to_correct(invoice)) == "50.00"
    issued(half(correction(invoice, None)))
    assert plain(left_to_correct(invoice)) == "0.00"
    with pytest.raises(DraftRefusal):
        correction(invoice, None)
    reverse_credit(first.credit, date(2026, 3, 2), "wrong")
    assert plain(left_to_correct(invoice)) == "50.00"


def test_the_page_warns_of_a_correction_above_what_is_left(desk):
    invoice = make.bill("100.00", on="2026-01-10").invoices.get()
    issued(half(correction(invoice, None)))
    draft = correction(invoice, None)
    text = desk.get(f"/drafts/{draft.pk}/").content.decode()
    assert "Only CHF\u00a050.00 of the invoice is left to correct." in text
    half(draft)
    text = desk.get(f"/drafts/{draft.pk}/").content.decode()
    assert "left to correct" not in text


def test_an_invoice_issued_elsewhere_is_corrected_by_its_open_amount(desk, company):
    invoice = make.invoice("120.00 CHF", number="OLD-7")
    make.payment("20.00 CHF", on="2026-02-01", to=invoice)
    invoice.refresh_from_db()
    answer = desk.post(f"/invoices/{invoice.pk}/correct/")
    draft = Draft.objects.get()
    assert answer.url == f"/drafts/{draft.pk}/"
    row = draft.lines.get()
    assert (plain(totals_of(draft).total), row.vat_code) == ("100.00", "CH-O")
    assert "OLD-7" in row.description
    assert draft.prices_include_vat
    # Whatever rate the person chooses, it comes to the open amount.
    draft.lines.update(vat_code="CH8.1")
    assert plain(totals_of(draft).total) == "100.00"


def test_what_was_issued_elsewhere_cannot_be_copied(desk):
    invoice = make.invoice()
    answer = desk.post(f"/invoices/{invoice.pk}/copy/")
    assert answer.url == f"/invoices/{invoice.pk}/"
    assert not Draft.objects.exists()
