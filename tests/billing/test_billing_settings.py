"""How the company bills: prefixes of numbers, terms, ledger accounts."""

from __future__ import annotations

import pytest

from billing.billing_settings import billing_settings, terms_days_of
from billing.models import BillingSettings
from tests import make

pytestmark = pytest.mark.django_db

PAGE = "/settings/billing/"


def given(**more):
    row = BillingSettings()
    fields = [field.name for field in row._meta.fields if field.name != "id"]
    return {name: str(getattr(row, name)) for name in fields} | more


def test_before_anybody_said_how_there_are_defaults(desk):
    row = billing_settings()
    assert (row.invoice_prefix, row.credit_prefix, row.terms_days) == ("F", "CN", 30)
    form = desk.get(PAGE).context["form"]
    assert form["receivables_ledger"].value() == "1100"
    assert not BillingSettings.objects.exists()


def test_what_is_said_counts_from_then_on(desk):
    sent = given(
        invoice_prefix="inv",
        credit_prefix="AV",
        terms_days="10",
        terms_de="Zahlbar  innert 10 Tagen.",
        sales_ledger="3400",
    )
    assert desk.post(PAGE, sent).url == PAGE
    row = billing_settings()
    assert (row.invoice_prefix, row.credit_prefix) == ("INV", "AV")
    assert (row.terms_de, row.sales_ledger) == ("Zahlbar innert 10 Tagen.", "3400")
    assert terms_days_of(make.client()) == 10
    assert terms_days_of(make.client(terms_days=0)) == 0


@pytest.mark.parametrize(
    ("field", "text"),
    [
        *(("invoice_prefix", taken) for taken in ("P", "W", "RF", "RV", "R", "S", "D")),
        *(("credit_prefix", taken) for taken in ("P", "W", "RF", "RV", "R", "S", "d")),
        ("invoice_prefix", "CN"),
        ("credit_prefix", "F"),
        ("invoice_prefix", ""),
        ("invoice_prefix", "F1"),
        ("invoice_prefix", "F-"),
        ("invoice_prefix", "É"),
        ("invoice_prefix", "TOOLONG"),
        ("terms_days", "366"),
        ("terms_days", "1e1"),
        ("terms_days", ""),
        ("terms_fr", "x" * 1001),
        ("vat_ledger", ""),
        ("vat_ledger", "1" * 21),
    ],
)
def test_what_cannot_be_is_told_at_its_field(desk, field, text):
    page = desk.post(PAGE, given(**{field: text}))
    assert set(page.context["form"].errors) == {field}
    assert not BillingSettings.objects.exists()


def test_the_page_names_the_last_numbers_that_were_given(desk):
    text = desk.get(PAGE).content.decode()
    assert text.count("No number was given with it yet.") == 2
    bill = make.bill(on="2026-01-10")
    text = desk.get(PAGE).content.decode()
    assert f"Last number: {bill.number}" in text
    desk.post(PAGE, given(invoice_prefix="INV"))
    assert make.bill(on="2026-01-10").number == "INV-2026-0001"


def test_people_find_it_beside_the_company(desk):
    text = desk.get("/settings/company/").content.decode()
    for path in (PAGE, "/settings/vat/", "/settings/accounts/"):
        assert f'href="{path}"' in text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", PAGE),
        ("post", PAGE),
        ("get", "/settings/vat/"),
        ("get", "/settings/vat/new/"),
        ("post", "/settings/vat/usual/"),
        ("get", "/settings/accounts/"),
        ("post", "/settings/accounts/new/"),
    ],
)
def test_strangers_are_refused(client, stranger, method, path):
    client.force_login(stranger)
    assert getattr(client, method)(path).status_code == 403
