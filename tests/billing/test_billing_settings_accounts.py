"""The company's bank accounts: numbers that are right, one on invoices a currency."""

from __future__ import annotations

import pytest

from billing.billing_settings import account_for
from billing.models import BankAccount
from billing.rules.accounts import is_qr_iban
from tests import make

pytestmark = pytest.mark.django_db

NEW = "/settings/accounts/new/"
IBAN, QR_IBAN = "CH9300762011623852957", "CH4431999123000889012"
GERMAN = "DE89370400440532013000"


def given(**more):
    return {
        "name": "Current account",
        "currency": "chf",
        "iban": "CH93 0076 2011 6238 5295 7",
        "qr_iban": "",
        "bic": "",
        "bank": "",
        "on_invoices": "on",
        "ledger": "1020",
    } | more


@pytest.mark.parametrize(
    ("iban", "expected"),
    [
        (QR_IBAN, True),
        ("CH0030000000000000000", True),
        ("CH0031999000000000000", True),
        ("LI0030500000000000000", True),
        ("CH0029999000000000000", False),
        ("CH0032000000000000000", False),
        (IBAN, False),
        ("DE0030000000000000000", False),
        ("CH", False),
        ("", False),
    ],
)
def test_a_qr_iban_is_known_by_its_bank_number(iban, expected):
    assert is_qr_iban(iban) is expected


def test_an_account_is_stored_without_blanks_in_capitals(desk):
    sent = given(qr_iban="ch44 3199 9123 0008 8901 2", bic="poFichBEXXX")
    assert desk.post(NEW, sent).url == "/settings/accounts/"
    row = BankAccount.objects.get()
    assert (row.iban, row.qr_iban) == (IBAN, QR_IBAN)
    assert (row.bic, row.currency) == ("POFICHBEXXX", "CHF")
    assert account_for("CHF") == row
    assert account_for("EUR") is None
    page = desk.get("/settings/accounts/").content.decode()
    assert "CH93 0076 2011 6238 5295 7" in page


def test_only_one_account_of_a_currency_stands_on_invoices(desk):
    desk.post(NEW, given())
    desk.post(NEW, given(name="Second", iban=GERMAN))
    desk.post(
        NEW, given(name="Euro", iban="FR1420041010050500013M02606", currency="EUR")
    )
    rows = BankAccount.objects.values_list("name", "on_invoices")
    assert dict(rows) == {"Current account": False, "Second": True, "Euro": True}
    first = BankAccount.objects.get(iban=IBAN)
    desk.post(f"/settings/accounts/{first.pk}/", given(name="First again"))
    assert account_for("CHF").name == "First again"
    assert BankAccount.objects.get(name="Second").on_invoices is False


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({"iban": "CH93 0076 2011 6238 5295 8"}, {"iban"}),
        ({"iban": ""}, {"iban"}),
        ({"iban": QR_IBAN}, {"iban"}),
        ({"iban": "FR14 2004 1010 0505 0001 3M02 607"}, {"iban"}),
        ({"qr_iban": IBAN}, {"qr_iban"}),
        ({"qr_iban": GERMAN}, {"qr_iban"}),
        ({"qr_iban": "CH4431999123000889013"}, {"qr_iban"}),
        ({"qr_iban": QR_IBAN, "currency": "USD"}, {"qr_iban"}),
        ({"bic": "POFI"}, {"bic"}),
        ({"currency": "XXQ"}, {"currency"}),
        ({"currency": "CLF"}, {"currency"}),
        ({"name": ""}, {"name"}),
        ({"ledger": ""}, {"ledger"}),
    ],
)
def test_what_cannot_be_is_told_at_its_field(desk, more, wrong):
    page = desk.post(NEW, given(**more))
    assert set(page.context["form"].errors) == wrong
    assert not BankAccount.objects.exists()


def test_an_iban_is_an_account_once(desk):
    desk.post(NEW, given())
    page = desk.post(NEW, given(name="Again"))
    assert set(page.context["form"].errors) == {"iban"}
    assert BankAccount.objects.count() == 1


def test_before_set_up_the_account_of_the_company_takes_every_currency(desk):
    for currency in ("CHF", "EUR"):
        row = account_for(currency)
        assert (row.iban, row.qr_iban, row.pk) == (IBAN, "", None)
    make.company(iban=QR_IBAN)
    assert account_for("CHF").qr_iban == QR_IBAN
    make.company(iban="")
    assert account_for("CHF") is None


def test_the_first_account_starts_with_that_of_the_company(desk):
    form = desk.get(NEW).context["form"]
    assert form["iban"].value() == "CH93 0076 2011 6238 5295 7"
    desk.post(NEW, given())
    assert desk.get(NEW).context["form"]["iban"].value() == ""
