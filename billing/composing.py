"""What a draft would be as a bill, and what a bill is: one shape for both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from billing.billing_settings import account_for, billing_settings
from billing.drafts import figures, lines_of
from billing.models import Bill, BillKind, BillLine, BillVat, Invoice
from billing.rules.instalments import split_total
from billing.rules.references import qr_reference, scor_reference
from clients.facts import address_block, company

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from moneyed import Money

    from billing.models import BankAccount, Draft
    from billing.rules.bill import Line, Rate, Totals
    from clients.models import Client, Company

# Where payments to a QR-IBAN may be asked for.
QR_CURRENCIES = {"CHF", "EUR"}


@dataclass(frozen=True, slots=True)
class Composed:
    """A bill with its lines, its VAT rows, and what is receivable of it.

    Of a draft none of it is stored, and without a number it has no references.
    A credit note has no invoices.
    """

    bill: Bill
    lines: list[BillLine]
    vat_rows: list[BillVat]
    invoices: list[Invoice]


def compose(
    draft: Draft,
    on: date,
    number: str = "",
    rates: Mapping[str, Rate] | None = None,
) -> Composed:
    """The bill that a draft gives: on its own date, or else the given day.

    Client, company, account and terms are copied as they are now. Raises KeyError
    for a VAT code that is not known.
    """
    lines = lines_of(draft, rates)
    totals = figures(draft, lines)
    bill = _bill(draft, totals, draft.issued_on or on, number)
    invoices = [] if draft.kind == BillKind.CREDIT_NOTE else _invoices(draft, bill)
    if invoices:
        bill.due_on = max(invoice.due_on for invoice in invoices)
    return Composed(
        bill, _lines(bill, lines, totals), _vat_rows(bill, totals), invoices
    )


def composed(bill: Bill) -> Composed:
    """An issued bill as it was frozen."""
    return Composed(
        bill,
        list(bill.lines.order_by("position")),
        list(bill.vat_rows.order_by("-percent", "code")),
        list(bill.invoices.order_by("instalment")),
    )


def _bill(draft: Draft, totals: Totals, on: date, number: str) -> Bill:
    home, client = company(), draft.client
    is_invoice = draft.kind == BillKind.INVOICE
    account = account_for(draft.currency) if is_invoice else None
    discount = draft.discount_percent if is_invoice else Decimal(0)
    return Bill(
        kind=draft.kind,
        number=number,
        key=draft.key,
        client=client,
        issued_on=on,
        language=draft.language,
        currency=draft.currency,
        title=draft.title,
        opening=draft.opening,
        closing=draft.closing,
        terms=_terms(draft.language) if is_invoice else "",
        order_reference=draft.order_reference,
        prices_include_vat=draft.prices_include_vat,
        net=totals.net,
        vat=totals.vat,
        rounding=totals.rounding,
        total=totals.total,
        discount_percent=discount,
        discount_until=on + timedelta(draft.discount_days) if discount else None,
        issuer=issuer_of(home),
        buyer=buyer_of(client, home),
        account=account_values(account),
        logo_id=home.logo_id,
        corrects=draft.corrects,
    )


def _lines(bill: Bill, lines: Sequence[Line], totals: Totals) -> list[BillLine]:
    return [
        BillLine(
            bill=bill,
            position=position,
            description=line.description,
            quantity=line.quantity,
            unit=line.unit,
            price=line.price,
            discount_percent=line.discount_percent,
            vat_code=line.rate.code,
            vat_percent=line.rate.percent,
            currency=bill.currency,
            amount=amount,
        )
        for position, (line, amount) in enumerate(
            zip(lines, totals.amounts, strict=True), start=1
        )
    ]


def _vat_rows(bill: Bill, totals: Totals) -> list[BillVat]:
    return [
        BillVat(
            bill=bill,
            code=row.rate.code,
            category=row.rate.category,
            percent=row.rate.percent,
            reason=row.rate.reason,
            currency=bill.currency,
            net=row.net,
            vat=row.vat,
        )
        for row in totals.vat_rows
    ]


def _invoices(draft: Draft, bill: Bill) -> list[Invoice]:
    """One for the whole, or one for each instalment, each with its due date."""
    parts = list(draft.instalments.all())
    if not parts:
        return [_invoice(bill, 0, bill.total, draft.terms_days)]
    shares = split_total(bill.total, [part.percent for part in parts])
    several = len(parts) > 1
    return [
        _invoice(bill, n if several else 0, share, part.days)
        for n, (part, share) in enumerate(zip(parts, shares, strict=True), start=1)
    ]


def _invoice(bill: Bill, instalment: int, share: Money, days: int) -> Invoice:
    number = f"{bill.number}/{instalment}" if instalment else bill.number
    due_on = bill.issued_on + timedelta(days)
    return Invoice(
        bill=bill,
        client=bill.client,
        number=number,
        instalment=instalment,
        issued_on=bill.issued_on,
        due_on=due_on,
        deadline_on=due_on,
        currency=bill.currency,
        total=share,
        open=share,
        reference=reference_of(bill, number) if bill.number else "",
        discount_percent=bill.discount_percent,
        discount_until=bill.discount_until,
    )


def reference_of(bill: Bill, number: str) -> str:
    """What a payment of the number bears: a QR reference to a QR-IBAN, else SCOR."""
    if bill.account.get("qr_iban") and bill.currency in QR_CURRENCIES:
        return qr_reference(number)
    return scor_reference(number)


def _terms(language: str) -> str:
    return str(getattr(billing_settings(), f"terms_{language}"))


def issuer_of(home: Company) -> dict[str, str]:
    """Who writes, as it is kept on a bill."""
    return {
        "name": home.name,
        "street": home.street,
        "extra": home.extra,
        "postcode": home.postcode,
        "city": home.city,
        "country": home.country,
        "email": home.email,
        "phone": home.phone,
        "website": home.website,
        "vat_number": home.vat_number,
    }


def buyer_of(client: Client, home: Company) -> dict[str, str]:
    """Who is written to, as it is kept on a bill."""
    return {
        "name": client.name,
        "number": client.number,
        "kind": client.kind,
        "address": address_block(client, home),
        "street": client.street,
        "extra": client.extra,
        "postcode": client.postcode,
        "city": client.city,
        "country": client.country,
        "vat_number": client.vat_number,
        "email": client.email,
    }


def account_values(account: BankAccount | None) -> dict[str, str]:
    """Where to pay, as it is kept on a bill; empty where there is no account."""
    if account is None:
        return {}
    return {
        "iban": account.iban.replace(" ", ""),
        "qr_iban": account.qr_iban.replace(" ", ""),
        "bic": account.bic,
        "bank": account.bank,
    }
