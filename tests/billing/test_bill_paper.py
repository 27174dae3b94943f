"""The invoice and the credit note on paper: their words and figures."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils.translation import gettext, override

from billing.documents import bill_file_name, bill_mail, bill_title
from billing.models import Invoice
from billing.paper.slips import payment_problem
from billing.rules.bill import Rate
from tests.billing import bills

EXEMPT = Rate("E", Decimal(0), "E", "Art. 21 LTVA")
TITLES = {"fr": "Facture", "de": "Rechnung", "en": "Invoice", "it": "Fattura"}


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("fr", "22 novembre 2026"),
        ("de", "22. November 2026"),
        ("en", "22 November 2026"),
        ("it", "22 novembre 2026"),
    ],
)
def test_an_invoice_is_in_the_clients_language(language, written):
    found = bills.text(bills.content(language=language))
    assert f"{TITLES[language]} F-2026-0001" in found
    assert f"Genève, {written}" in found
    with override(language):
        for word in ("Description", "Quantity", "Price", "Total to pay"):
            assert gettext(word) in found


def test_its_facts_stand_beside_the_address():
    given = bills.content(
        language="en",
        buyer=bills.BUYER | {"vat_number": "CHE-105.815.381 MWST"},
        order_reference="PO-77",
    )
    [page] = bills.pages(bills.pdf(given))
    for fact in (
        "Weber & Söhne AG",
        "8001 Zürich",
        "Payable by\t22.12.2026",
        "Client\tK-104",
        "Your reference\tPO-77",
        "Your VAT no.\tCHE-105.815.381 MWST",
        "Our VAT no.\tCHE-123.456.788 TVA",
    ):
        assert " ".join(fact.split()) in " ".join(page.split())


def test_a_long_reference_stands_over_the_lines_instead():
    found = bills.text(
        bills.content(language="en", order_reference="Contract 4500012345 of 3 May")
    )
    assert "Your reference: Contract 4500012345 of 3 May" in found


def test_net_prices_then_vat_rate_by_rate_then_the_rounding():
    lines = [
        bills.line("49.90", "2", unit="h"),
        bills.line("12.003", rate=bills.REDUCED),
        bills.line("300", rate=EXEMPT),
    ]
    found = bills.text(bills.content(lines, language="en", round_to_five=True))
    for words in (
        "CHF excl. VAT",
        "Conseil 2 h 49.90 8.1 % 99.80",
        "Conseil 1 12.003 2.6 % 12.00",
        "Total excl. VAT 411.80",
        "VAT 8.1 % on 99.80 8.08",
        "VAT 2.6 % on 12.00 0.31",
        "VAT 0 % on 300.00 0.00",
        "Rounding 0.01",
        "Total to pay CHF 420.20",
        "Art. 21 LTVA",
    ):
        assert words in found


def test_gross_prices_say_what_vat_they_include():
    found = bills.text(bills.content([bills.line("108.10")], language="en", gross=True))
    for words in (
        "CHF incl. VAT",
        "Total to pay CHF 108.10",
        "including VAT at 8.1 % on 100.00 8.10",
        "Total excl. VAT 100.00",
    ):
        assert words in found


def test_there_is_a_column_of_discounts_only_when_one_was_given():
    plain = bills.text(bills.content(language="en"))
    less = bills.text(
        bills.content([bills.line(discount_percent=Decimal("7.5"))], language="en")
    )
    assert "Discount" not in plain
    assert "Discount" in less
    assert "7.5 % 8.1 % 92.50" in less


def test_without_vat_there_is_no_word_of_it():
    outside = Rate("O", Decimal(0), "O", "")
    given = bills.content(
        language="en", rate=outside, issuer=bills.SWISS | {"vat_number": ""}
    )
    found = bills.text(given)
    assert "VAT" not in found
    assert "Total to pay CHF 100.00" in found


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        (
            Rate("R", Decimal(0), "AE", "Art. 196"),
            "Reverse charge: the recipient owes the VAT. Art. 196",
        ),
        (Rate("K", Decimal(0), "K"), "VAT-free delivery within the European Union."),
        (Rate("G", Decimal(0), "G"), "VAT-free export."),
        (Rate("E", Decimal(0), "E"), "Exempt from VAT."),
    ],
)
def test_why_no_vat_is_charged(rate, words):
    assert words in bills.text(bills.content(language="en", rate=rate))


def test_what_may_be_deducted_for_early_payment_is_computed():
    given = bills.content(
        language="en",
        discount_percent=Decimal(2),
        discount_until=bills.ON + timedelta(10),
    )
    assert (
        "2 % discount = CHF 2.16 if paid by 02.12.2026: then CHF 105.94."
    ) in bills.text(given)


@pytest.mark.parametrize(
    ("terms", "penalties", "lump_sum"),
    [
        ("", True, True),
        ("Pénalités de retard: 12 % l’an.", False, True),
        ("Indemnité forfaitaire de 40 € (art. D441-5).", True, False),
    ],
)
def test_french_law_wants_penalties_and_40_euros_on_it(terms, penalties, lump_sum):
    found = bills.text(bills.content(language="en", terms=terms, **bills.EUROS))
    assert ("L441-10" in found) == penalties
    assert ("40 € (art. D441-5 of" in found) == lump_sum
    assert "No discount for early payment." in found


@pytest.mark.parametrize(
    "change",
    [{"issuer": bills.SWISS}, {"buyer": bills.FRENCH_BUYER | {"kind": "consumer"}}],
)
def test_it_does_not_want_them_elsewhere_or_from_consumers(change):
    found = bills.text(bills.content(language="en", **bills.EUROS | change))
    assert "Code de commerce" not in found


def test_german_consumers_are_told_when_they_are_in_default():
    given = {"language": "en", "issuer": bills.GERMAN, "account": bills.GERMAN_IBAN}
    company = bills.text(bills.content(**given))
    buyer = bills.BUYER | {"kind": "consumer"}
    consumer = bills.text(bills.content(**given, buyer=buyer))
    assert "§ 286" not in company
    assert "§ 286 (3) BGB" in consumer


def test_a_credit_note_names_what_it_corrects_and_asks_for_nothing():
    corrected = Invoice(number="F-2026-0001", issued_on=date(2026, 1, 2))
    given = bills.content(
        kind="credit_note", number="CN-2026-0001", language="en", corrects=corrected
    )
    found = bills.text(given)
    assert "Credit note CN-2026-0001" in found
    assert "For invoice F-2026-0001 of 2 January 2026" in found
    assert "Total in your favour CHF 108.10" in found
    assert "Payment part" not in found
    assert "IBAN" not in found
    assert "Payable by" not in found


@pytest.mark.parametrize(
    ("currency", "price", "written"),
    [("JPY", "123456", "JPY 123’456"), ("KWD", "1.2345", "KWD 1.235")],
)
def test_amounts_have_the_decimals_of_their_currency(currency, price, written):
    free = Rate("Z", Decimal(0), "Z")
    given = bills.content(
        [bills.line(price, rate=free)], currency=currency, language="en"
    )
    assert f"Total to pay {written}" in bills.text(given)


def test_a_draft_says_so_on_every_page_and_has_no_number():
    given = bills.content([bills.line()] * 40, number="", language="en")
    made = bills.pages(bills.pdf(given, draft=True))
    assert len(made) > 1
    assert all("Draft" in page for page in made)


def test_where_to_pay_is_said_without_a_payment_part():
    given = bills.content(language="en", **bills.EUROS)
    found = bills.text(given)
    assert "Account DE89 3704 0044 0532 0130 00" in found
    assert "BIC COBADEFFXXX" in found
    assert f"Reference RF{given.invoices[0].reference[2:4]} F202 6000 1" in found


def test_what_cannot_be_paid_is_told():
    assert payment_problem(bills.content()) == ""
    assert "No account is known for CHF" in payment_problem(bills.content(account={}))
    homeless = bills.SWISS | {"city": ""}
    assert "city of the company" in payment_problem(bills.content(issuer=homeless))
    dear = bills.content([bills.line("1000000000")])
    assert "at most" in payment_problem(dear)
    # It is told, and the invoice is made all the same, with the account in words.
    assert "CH93 0076" in bills.text(dear)


@pytest.mark.parametrize(
    ("kind", "language", "name"),
    [
        ("invoice", "fr", "Facture F-2026-0001"),
        ("invoice", "de", "Rechnung F-2026-0001"),
        ("invoice", "en", "Invoice F-2026-0001"),
        ("invoice", "it", "Fattura F-2026-0001"),
    ],
)
def test_the_file_bears_kind_number_and_company(kind, language, name):
    bill = bills.content(kind=kind, language=language).bill
    assert bill_file_name(bill) == f"{name} – {bill.issuer['name']}.pdf"


@pytest.mark.parametrize(
    ("issuer", "language", "title"),
    [
        (bills.FRENCH, "it", "Nota di credito"),
        (bills.FRENCH, "fr", "Avoir"),
        (bills.SWISS, "fr", "Note de crédit"),
        (bills.GERMAN, "de", "Rechnungskorrektur"),
        (bills.SWISS, "de", "Gutschrift"),
    ],
)
def test_a_credit_note_is_called_as_in_the_companys_country(issuer, language, title):
    given = bills.content(kind="credit_note", issuer=issuer)
    with override(language):
        assert bill_title(given.bill) == title


def test_the_mail_says_what_is_attached_and_by_when_to_pay():
    given = bills.content(instalments=((30, 50), (60, 50)))
    subject, body = bill_mail(given, "en")
    assert subject == "Invoice F-2026-0001 – Fiduciaire du Léman SA"
    assert "our invoice F-2026-0001 of 22 November 2026" in body
    assert "Payable by 22 December 2026: CHF\xa054.05" in body
    assert "Payable by 21 January 2027: CHF\xa054.05" in body
    assert body.endswith("Fiduciaire du Léman SA")
