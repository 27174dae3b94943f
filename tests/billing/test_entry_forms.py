"""Amounts and dates as people type them (bad input 1–14, 21–28)."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from billing.entry_forms import InvoiceForm, read_amount
from billing.payment_forms import PaymentForm
from billing.rules.money import plain

TODAY = date(2026, 3, 16)
PAYMENT = {
    "amount": "100.00",
    "currency": "CHF",
    "dated_on": "2026-03-10",
    "key": "7f1e63f2-7a6e-4c0f-a0c1-6a3f2f5b1c11",
}


@pytest.mark.parametrize(
    ("typed", "currency", "read"),
    [
        ("1234.50", "CHF", "1234.50"),
        ("1234,5", "CHF", "1234.50"),
        ("1'234.50", "CHF", "1234.50"),
        ("1’234.50", "CHF", "1234.50"),
        ("1 234,50", "EUR", "1234.50"),
        ("1\u202f234,50", "EUR", "1234.50"),
        ("1.234,50", "EUR", "1234.50"),
        ("1,234.50", "EUR", "1234.50"),
        ("1.234.567", "EUR", "1234567.00"),
        ("1'234", "CHF", "1234.00"),
        ("1000", "JPY", "1000"),
        ("1.234", "KWD", "1.234"),
        ("0.05", "CHF", "0.05"),
    ],
)
def test_an_amount_that_can_be_read_in_one_way(typed, currency, read):
    assert plain(read_amount(typed, currency)) == read


@pytest.mark.parametrize(
    ("typed", "currency"),
    [
        ("1e5", "CHF"),
        ("1_000", "CHF"),
        ("１２.５０", "CHF"),
        ("٣", "CHF"),
        ("NaN", "CHF"),
        ("Infinity", "CHF"),
        ("-5", "CHF"),
        ("1.005", "CHF"),
        ("1.234", "EUR"),
        ("1,234", "EUR"),
        ("1000.5", "JPY"),
        ("1.2345", "KWD"),
        ("1'23.50", "CHF"),
        ("9" * 13, "CHF"),
        ("CHF 5", "CHF"),
    ],
)
def test_an_amount_that_is_refused(typed, currency):
    with pytest.raises(ValidationError):
        read_amount(typed, currency)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", ""),
        ("amount", "0"),
        ("amount", "-0.00"),
        ("amount", "1e5"),
        ("amount", " \u00a0\t"),
        ("currency", "XXQ"),
        ("currency", ""),
        ("dated_on", "2026-03-17"),
        ("dated_on", "2026-02-29"),
        ("dated_on", "0001-01-01"),
        ("dated_on", "03/13/2026"),
        ("reference", "x" * 141),
        ("key", "nonsense"),
    ],
)
def test_a_payment_that_is_refused_beside_its_field(field, value):
    form = PaymentForm(PAYMENT | {field: value}, today=TODAY)
    assert not form.is_valid()
    assert list(form.errors) == [field]


@pytest.mark.parametrize("typed", ["2026-03-02", "02.03.2026", "02/03/2026"])
def test_the_second_of_march_is_never_the_third_of_february(typed):
    form = PaymentForm(PAYMENT | {"dated_on": typed}, today=TODAY)
    assert form.is_valid()
    assert form.cleaned_data["dated_on"] == date(2026, 3, 2)


@pytest.mark.django_db
def test_an_invoice_is_due_on_its_date_or_later():
    given = {
        "number": "I-1",
        "issued_on": "2026-03-10",
        "due_on": "2026-03-09",
        "amount": "5",
        "currency": "chf",
    }
    form = InvoiceForm(given, today=TODAY)
    assert list(form.errors) == ["due_on"]
    assert InvoiceForm(given | {"due_on": "2026-03-10"}, today=TODAY).is_valid()
