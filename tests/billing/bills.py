"""Bills that are in no database, to be printed: bills.content(lines=[...])."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pypdfium2

from billing.actions.papers import bill_pdf
from billing.composing import Composed
from billing.models import Bill, BillLine, BillVat, Invoice
from billing.rules.bill import Line, Rate, bill_totals
from billing.rules.instalments import split_total
from billing.rules.references import qr_reference, scor_reference
from clients.models import Client

ON = date(2026, 11, 22)
SWISS = {
    "name": "Fiduciaire du Léman SA",
    "street": "Rue du Marché 12",
    "extra": "",
    "postcode": "1204",
    "city": "Genève",
    "country": "CH",
    "email": "compta@leman.example",
    "phone": "+41 22 700 10 20",
    "website": "",
    "vat_number": "CHE-123.456.788 TVA",
}
FRENCH = SWISS | {
    "name": "Cabinet Dupont SARL",
    "street": "12 rue de la République",
    "postcode": "69002",
    "city": "Lyon",
    "country": "FR",
    "vat_number": "FR 83 404 833 048",
}
GERMAN = SWISS | {
    "name": "Kanzlei Müller GmbH",
    "street": "Hauptstraße 5",
    "postcode": "10115",
    "city": "Berlin",
    "country": "DE",
    "vat_number": "DE136695976",
}
BUYER = {
    "name": "Weber & Söhne AG",
    "number": "K-104",
    "kind": "company",
    "address": "Weber & Söhne AG\nBahnhofstrasse 1\n8001 Zürich",
    "street": "Bahnhofstrasse 1",
    "extra": "",
    "postcode": "8001",
    "city": "Zürich",
    "country": "CH",
    "vat_number": "",
    "email": "",
}
FRENCH_BUYER = BUYER | {
    "address": "Weber SARL\n1 rue X\n75001 Paris",
    "country": "FR",
    "postcode": "75001",
    "city": "Paris",
    "vat_number": "FR40303265045",
}
QR_IBAN = {
    "iban": "CH9300762011623852957",
    "qr_iban": "CH4431999123000889012",
    "bic": "",
    "bank": "Banque du Lac",
}
PLAIN_IBAN = QR_IBAN | {"qr_iban": ""}
GERMAN_IBAN = {
    "iban": "DE89370400440532013000",
    "qr_iban": "",
    "bic": "COBADEFFXXX",
    "bank": "Sparbank",
}
STANDARD = Rate("CH8.1", Decimal("8.1"))
REDUCED = Rate("CH2.6", Decimal("2.6"))
EUROS = {
    "currency": "EUR",
    "account": GERMAN_IBAN,
    "issuer": FRENCH,
    "buyer": FRENCH_BUYER,
    "rate": Rate("N", Decimal(20)),
}


def line(price="100.00", quantity="1", rate=STANDARD, text="Conseil", **given):
    return Line(text, Decimal(quantity), Decimal(price), rate, **given)


def content(
    lines=None,
    *,
    kind="invoice",
    number="F-2026-0001",
    currency="CHF",
    language="fr",
    issuer=SWISS,
    buyer=BUYER,
    account=QR_IBAN,
    rate=STANDARD,
    gross=False,
    round_to_five=False,
    instalments=((30, 100),),
    **given,
) -> Composed:
    """A bill with all that a stored one has; an instalment is (days, percent)."""
    lines = lines or [line(rate=rate)]
    sums = bill_totals(
        lines, currency, prices_include_vat=gross, round_to_five=round_to_five
    )
    is_invoice = kind == "invoice"
    bill = Bill(
        kind=kind,
        number=number,
        client=Client(number="K-104", name=buyer["name"]),
        issued_on=ON,
        language=language,
        currency=currency,
        prices_include_vat=gross,
        net=sums.net,
        vat=sums.vat,
        rounding=sums.rounding,
        total=sums.total,
        issuer=issuer,
        buyer=buyer,
        account=account if is_invoice else {},
        **given,
    )
    return Composed(
        bill,
        [
            stored(bill, place, *pair)
            for place, pair in enumerate(zip(lines, sums.amounts, strict=True), start=1)
        ],
        [
            BillVat(
                bill=bill,
                code=row.rate.code,
                category=row.rate.category,
                percent=row.rate.percent,
                reason=row.rate.reason,
                currency=currency,
                net=row.net,
                vat=row.vat,
            )
            for row in sums.vat_rows
        ],
        receivables(bill, instalments) if is_invoice else [],
    )


def stored(bill, position, row, amount):
    return BillLine(
        bill=bill,
        position=position,
        description=row.description,
        quantity=row.quantity,
        unit=row.unit,
        price=row.price,
        discount_percent=row.discount_percent,
        vat_code=row.rate.code,
        vat_percent=row.rate.percent,
        currency=bill.currency,
        amount=amount,
    )


def receivables(bill, instalments):
    shares = split_total(bill.total, [Decimal(percent) for _, percent in instalments])
    several = len(instalments) > 1
    rows = []
    for place, ((days, _), share) in enumerate(
        zip(instalments, shares, strict=True), 1
    ):
        number = f"{bill.number}/{place}" if several else bill.number
        rows.append(
            Invoice(
                bill=bill,
                number=number,
                instalment=place if several else 0,
                issued_on=ON,
                due_on=ON + timedelta(days),
                currency=bill.currency,
                total=share,
                open=share,
                reference=reference(bill, number),
            )
        )
    return rows


def reference(bill, number):
    if not bill.number:
        return ""
    is_qr = bill.account.get("qr_iban") and bill.currency in {"CHF", "EUR"}
    return qr_reference(number) if is_qr else scor_reference(number)


def pdf(given, draft=False) -> bytes:
    return bill_pdf(given, draft=draft)


def pages(pdf_content) -> list[str]:
    """The text of each page, as a reader takes it."""
    document = pypdfium2.PdfDocument(BytesIO(pdf_content))
    return [page.get_textpage().get_text_bounded() for page in document]


def text(given, draft=False) -> str:
    """The whole text on one line."""
    return " ".join("\n".join(pages(pdf(given, draft))).split())
