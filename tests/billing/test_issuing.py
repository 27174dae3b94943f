"""A draft becomes a bill: its number, its frozen content, what is receivable of it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from stdnum import iso11649
from stdnum.ch import esr

from billing.actions.issuing import issue_draft
from billing.composing import compose, composed
from billing.models import (
    BankAccount,
    Bill,
    BillingSettings,
    BillLine,
    BillVat,
    Draft,
    DraftLine,
    Invoice,
    VatRate,
)
from billing.rules.money import plain
from clients.models import Client, Company
from tests import make

pytestmark = pytest.mark.django_db
DAY = date(2026, 1, 10)


@pytest.fixture(autouse=True)
def home(company):
    return make.company(vat_number="CHE-123.456.788 MWST")


def issue(draft, on=DAY, person=None):
    return issue_draft(draft, today=on, person=person, version=draft.version)


def test_an_invoice_and_what_is_receivable_of_it(accountant):
    draft = make.draft(
        ("2", "49.90", "CH8.1"),
        ("-1", "10", "CH8.1"),
        ("1", "12.003", "CH2.6"),
        round_to_five=True,
        terms_days=20,
        discount_percent=Decimal(2),
        discount_days=8,
        title="Janvier",
        order_reference="PO-7",
    )
    bill = issue(draft, person=accountant)
    bill = Bill.objects.get(pk=bill.pk)
    assert (bill.kind, bill.number, bill.key) == ("invoice", "F-2026-0001", draft.key)
    assert [plain(row.amount) for row in bill.lines.all()] == [
        "99.80",
        "-10.00",
        "12.00",
    ]
    assert [
        (row.code, plain(row.net), plain(row.vat)) for row in bill.vat_rows.all()
    ] == [
        ("CH8.1", "89.80", "7.27"),
        ("CH2.6", "12.00", "0.31"),
    ]
    figures = (bill.net, bill.vat, bill.rounding, bill.total)
    assert [plain(figure) for figure in figures] == ["101.80", "7.58", "0.02", "109.40"]
    assert (bill.title, bill.order_reference) == ("Janvier", "PO-7")
    assert bill.created_by == accountant
    invoice = bill.invoices.get()
    assert (invoice.number, invoice.instalment) == ("F-2026-0001", 0)
    assert (plain(invoice.total), plain(invoice.open)) == ("109.40", "109.40")
    assert invoice.issued_on == bill.issued_on == DAY
    assert invoice.due_on == invoice.deadline_on == bill.due_on == date(2026, 1, 30)
    assert (invoice.discount_percent, invoice.discount_until) == (2, date(2026, 1, 18))
    assert bill.discount_until == date(2026, 1, 18)
    assert not Draft.objects.exists()
    assert not DraftLine.objects.exists()


def test_prices_with_vat_in_them():
    bill = issue(make.draft(("1", "108.10", "CH8.1"), prices_include_vat=True))
    assert [plain(figure) for figure in (bill.net, bill.vat, bill.total)] == [
        "100.00",
        "8.10",
        "108.10",
    ]
    assert plain(bill.lines.get().amount) == "108.10"


def test_the_second_click_gives_the_same_bill():
    draft = make.draft()
    first = issue(draft)
    assert issue(draft) == first
    assert Bill.objects.count() == Invoice.objects.count() == 1


def test_what_is_shown_before_is_what_is_issued():
    draft = make.draft(
        ("3", "33.33", "CH8.1"), instalments=[(10, "30"), (30, "30"), (60, "40")]
    )
    shown = compose(draft, DAY, "F-2026-0001")
    assert not Bill.objects.exists()
    issued = composed(issue(draft))
    assert rows(shown) == rows(issued)


def rows(content):
    """Every column but those that storing gives."""
    given = {"id", "bill_id", "created_at", "seal"}
    return [
        {
            field.attname: value
            for field in row._meta.concrete_fields
            if field.attname not in given
            and (value := getattr(row, field.attname)) is not None
        }
        for row in [content.bill, *content.lines, *content.vat_rows, *content.invoices]
    ]


def test_without_a_number_there_is_no_reference():
    [invoice] = compose(make.draft(), DAY).invoices
    assert invoice.reference == ""


def test_client_company_and_account_are_copied():
    account = BankAccount.objects.create(
        name="Main",
        iban="CH9300762011623852957",
        qr_iban="CH4431999123000889012",
        bic="POFICHBEXXX",
        bank="PostFinance",
        currency="CHF",
    )
    BillingSettings.objects.create(pk=1, terms_fr="Merci de payer à temps.")
    client = make.client(vat_number="CHE-999.999.996")
    bill = issue(make.draft(to=client))
    Client.objects.update(name="Other", street="Elsewhere", vat_number="")
    Company.objects.update(name="Other", city="Elsewhere")
    account.delete()
    BillingSettings.objects.update(terms_fr="Other")
    bill = Bill.objects.get()
    assert bill.issuer["name"] == "Fiduciaire du Léman SA"
    assert bill.issuer["city"] == "Genève"
    assert bill.issuer["vat_number"] == "CHE-123.456.788 MWST"
    assert bill.buyer["name"] == client.name
    assert bill.buyer["number"] == client.number
    assert bill.buyer["kind"] == "company"
    assert bill.buyer["vat_number"] == "CHE-999.999.996"
    assert bill.buyer["address"].splitlines()[-1].endswith("8001 Zürich")
    assert bill.account == {
        "iban": "CH9300762011623852957",
        "qr_iban": "CH4431999123000889012",
        "bic": "POFICHBEXXX",
        "bank": "PostFinance",
    }
    assert bill.terms == "Merci de payer à temps."


def test_instalments_are_receivables_of_their_own():
    bill = issue(
        make.draft("100.00", instalments=[(10, "33.33"), (40, "33.33"), (70, "33.34")])
    )
    found = bill.invoices.order_by("instalment")
    assert [(i.number, plain(i.total), (i.due_on - DAY).days) for i in found] == [
        ("F-2026-0001/1", "33.33", 10),
        ("F-2026-0001/2", "33.33", 40),
        ("F-2026-0001/3", "33.34", 70),
    ]
    assert bill.due_on == DAY + timedelta(70)
    assert len({i.reference for i in found}) == 3


@pytest.mark.parametrize(
    ("currency", "percents", "totals"),
    [
        ("JPY", ["33.33", "33.33", "33.34"], ["33", "33", "34"]),
        ("KWD", ["50", "50"], ["50.000", "50.000"]),
        ("CHF", ["100"], ["100.00"]),
    ],
)
def test_shares_have_the_decimals_of_their_currency(currency, percents, totals):
    parts = [(10 * n, percent) for n, percent in enumerate(percents, start=1)]
    bill = issue(make.draft("100", instalments=parts, currency=currency))
    invoices = bill.invoices.order_by("instalment")
    assert [plain(invoice.total) for invoice in invoices] == totals
    assert invoices[0].number == ("F-2026-0001/1" if percents[1:] else "F-2026-0001")


@pytest.mark.parametrize(
    ("currency", "qr_iban", "kind"),
    [
        ("CHF", "CH4431999123000889012", "qr"),
        ("EUR", "CH4431999123000889012", "qr"),
        ("USD", "CH4431999123000889012", "scor"),
        ("CHF", "", "scor"),
    ],
)
def test_the_reference_goes_with_the_account(currency, qr_iban, kind):
    BankAccount.objects.create(
        name="A", iban="CH9300762011623852957", qr_iban=qr_iban, currency=currency
    )
    reference = issue(make.draft(currency=currency)).invoices.get().reference
    assert esr.is_valid(reference) == (len(reference) == 27) == (kind == "qr")
    assert iso11649.is_valid(reference) == (kind == "scor")


def test_numbers_have_the_prefixes_of_the_settings():
    BillingSettings.objects.create(pk=1, invoice_prefix="RE", credit_prefix="GS")
    assert issue(make.draft()).number == "RE-2026-0001"
    assert issue(make.draft(kind="credit_note")).number == "GS-2026-0001"
    assert issue(
        make.draft(issued_on=date(2027, 1, 1)), on=date(2026, 12, 20)
    ).number == ("RE-2027-0001")


def test_a_rate_changed_later_leaves_the_bill():
    VatRate.objects.create(code="N", name="Normal", percent=Decimal("8.1"))
    bill = issue(make.draft(("1", "100", "N")))
    VatRate.objects.update(percent=Decimal("8.5"), category="E", reason="Other")
    row = BillVat.objects.get(bill=bill)
    assert (row.percent, row.category, row.reason) == (Decimal("8.1"), "S", "")


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Bill, {"title": "Other"}),
        (Bill, {"total": Decimal(1)}),
        (Bill, {"buyer": {}}),
        (BillLine, {"amount": Decimal(1)}),
        (BillVat, {"vat": Decimal(1)}),
        (Invoice, {"total": Decimal(1)}),
        (Invoice, {"reference": ""}),
    ],
)
def test_what_is_issued_is_frozen(model, change):
    issue(make.draft())
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.all()._raw_delete("default")


def test_three_hundred_lines_and_ten_thousand_millions():
    many = issue(make.draft(*["33333333.33"] * 300, currency="EUR"))
    assert plain(many.total) == "9999999999.00"
    assert many.lines.count() == 300
    assert plain(issue(make.draft("10000000000")).total) == "10000000000.00"
