"""How a letter asks to be paid: a Swiss payment part, a code for banking apps, words."""

from __future__ import annotations

from io import BytesIO

import pypdfium2
import pytest
import zxingcpp

from billing.models import BankAccount
from billing.rules.references import scor_reference
from dunning.actions.letters import draft_letter, letter
from tests import make
from tests.dunning import desk

pytestmark = pytest.mark.django_db

GERMAN = {
    "country": "DE",
    "currency": "EUR",
    "iban": "DE89 3704 0044 0532 0130 00",
    "language": "de",
}
WITH_FEE = [{"name": "Rappel", "grace_days": 5, "fee": {"CHF": "20.00", "EUR": "5"}}]


def scanned(content):
    """What a banking app reads off the letter, printed in black and white."""
    return [
        found.text
        for page in pypdfium2.PdfDocument(BytesIO(content))
        for found in zxingcpp.read_barcodes(page.render(scale=4).to_pil().convert("1"))
    ]


def text_of(content):
    pages = pypdfium2.PdfDocument(BytesIO(content))
    return " ".join(
        " ".join(page.get_textpage().get_text_range().split()) for page in pages
    )


def issued(*amounts, on="2026-03-16", **client):
    """The letter to a new client about invoices of these amounts."""
    to = make.client(**client)
    for amount in amounts:
        make.invoice(amount, to=to, due="2026-02-09")
    return desk.issue(on).run.notices.get(client=to)


def test_a_payment_part_asks_for_the_letters_own_total(company):
    """Several invoices, fee and credit: one payment, with the letter's reference."""
    desk.policy(WITH_FEE)
    to = make.client(name="Weber & Söhne AG", language="de")
    make.invoice("400.00 CHF", to=to, number="INV-1", due="2026-02-09")
    make.invoice("100.00 CHF", to=to, number="INV-2", due="2026-02-10")
    make.credit("50.00 CHF", of=to, on="2026-03-01")
    notice = desk.issue("2026-03-16").run.notices.get()
    content = bytes(letter(notice).content)
    [code] = scanned(content)
    said = code.split("\r\n")
    assert said[3] == "CH9300762011623852957"
    assert said[18:20] == ["470.00", "CHF"]
    assert said[21] == "Weber & Söhne AG"
    assert said[27:30] == ["SCOR", scor_reference(notice.number), "INV-1 INV-2"]
    assert "Zahlteil" in text_of(content)


def test_the_payment_of_a_single_invoice_bears_its_own_reference(company):
    desk.policy(WITH_FEE)
    invoice = make.bill("250.00", on="2026-01-10").invoices.get()
    notice = desk.issue("2026-03-16").run.notices.get()
    [code] = scanned(bytes(letter(notice).content))
    said = code.split("\r\n")
    assert said[18] == "270.00"
    assert said[27:30] == ["SCOR", invoice.reference, invoice.number]


def test_a_qr_iban_gets_qr_references_of_letters_too(company):
    desk.policy()
    BankAccount.objects.create(
        name="Banque du Lac",
        iban="CH9300762011623852957",
        qr_iban="CH4431999123000889012",
        currency="CHF",
    )
    notice = issued("70.00 CHF", "30.00 CHF")
    [code] = scanned(bytes(letter(notice).content))
    said = code.split("\r\n")
    assert said[3] == "CH4431999123000889012"
    assert said[27] == "QRR"
    assert len(said[28]) == 27


def test_euros_to_an_iban_elsewhere_are_paid_by_the_code_of_banking_apps(company):
    make.company(**GERMAN)
    desk.policy(WITH_FEE)
    notice = issued("70.00 EUR", "30.50 EUR", language="de", country="DE")
    content = bytes(letter(notice).content)
    [code] = scanned(content)
    said = code.split("\n")
    assert said[3] == "SCT"
    assert said[6:8] == ["DE89370400440532013000", "EUR100.5"]
    assert said[9] == scor_reference(notice.number)
    text = text_of(content)
    assert "DE89 3704 0044 0532 0130 00" in text
    assert "Zum Zahlen scannen" in text or "Scan to pay" in text


@pytest.mark.parametrize(
    ("home", "amount"),
    [
        ({}, "70.00 USD"),
        ({"iban": ""}, "70.00 CHF"),
        (GERMAN, "70.00 CHF"),
    ],
)
def test_no_code_where_no_app_could_pay_it(company, home, amount):
    make.company(**home)
    desk.policy()
    assert scanned(bytes(letter(issued(amount)).content)) == []


def test_a_draft_cannot_be_paid(company):
    desk.policy()
    to = make.client(language="en")
    make.invoice("70.00 CHF", to=to, due="2026-02-09")
    content = draft_letter(desk.propose("2026-03-16"), to.pk, "CHF")
    assert scanned(content) == []
    assert "Draft" in text_of(content)


def test_who_moved_since_is_written_in_by_hand(company):
    """The address of the letter is frozen; the payment part says no other one."""
    desk.policy()
    notice = issued("70.00 CHF", language="en")
    notice.client.street = "Elsewhere 1"
    notice.client.save()
    content = bytes(letter(notice).content)
    [code] = scanned(content)
    assert code.split("\r\n")[20:27] == [""] * 7
    assert "Payable by (name/address)" in text_of(content)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", "Section paiement"),
        ("de", "Zahlteil"),
        ("it", "Sezione pagamento"),
        ("en", "Payment part"),
    ],
)
def test_a_letter_about_one_invoice_is_one_page_in_every_language(
    company, language, words
):
    """B20: creditor, debtor, place, date, invoice, amounts, deadline, payment."""
    desk.policy()
    notice = issued("70.00 CHF", language=language)
    content = bytes(letter(notice).content)
    assert len(pypdfium2.PdfDocument(content)) == 1
    text = text_of(content)
    for part in (
        words,
        "Fiduciaire du Léman SA",
        notice.client.name,
        notice.lines.get().invoice.number,
        "10.01.2026",
        "09.02.2026",
        "70.00",
        "26.03.2026",
        "CH93 0076 2011 6238 5295 7",
        notice.number,
        "Genève, 16",
    ):
        assert part in text
