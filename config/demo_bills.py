"""Writes the demo company's invoices and credit notes as it would have issued them."""

from __future__ import annotations

from datetime import timedelta
from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, UUID, uuid5

from babel.dates import format_date
from dateutil.relativedelta import relativedelta

from billing.actions.drafts import new_draft, save_draft
from billing.actions.issuing import issue_draft
from billing.billing_settings import default_code, untaxed_code, vat_rates
from billing.models import Bill, BillKind, DraftInstalment, DraftLine, Invoice
from clients.models import Client

if TYPE_CHECKING:
    from datetime import date

    from django.contrib.auth.models import User

    from billing.models import Draft
    from config.demo import DemoCredit, DemoInvoice

HOURLY = Decimal(145)
QUARTER = Decimal("0.25")
HOME = "CH"

# What a fiduciary does for its clients: by the hour, and at a fixed price.
SERVICES = {
    "fr": ("Tenue de la comptabilité, {month}", "h", "Décompte TVA et bouclement"),
    "de": ("Buchführung, {month}", "Std.", "MWST-Abrechnung und Monatsabschluss"),
    "en": ("Bookkeeping, {month}", "h", "VAT return and monthly closing"),
}


def key_of(n: int, kind: str = "invoice") -> UUID:
    """The key of the n-th demo bill: it is found again by it, never made twice."""
    return uuid5(NAMESPACE_URL, f"relance-demo-{kind}-{n}")


def invoice_of(n: int) -> Invoice:
    """The n-th demo invoice."""
    return Invoice.objects.get(bill__key=key_of(n))


def issue(n: int, row: DemoInvoice, today: date, person: User) -> None:
    """One invoice, written and issued on its day."""
    if Bill.objects.filter(key=key_of(n)).exists():
        return
    client = Client.objects.get(number=row.client)
    on = today - timedelta(days=row.issued)
    draft = new_draft(client, person)
    draft.key, draft.currency = key_of(n), row.currency
    draft.terms_days = row.issued - row.due
    draft.issued_on, draft.prices_include_vat = on, True
    draft.round_to_five = False
    lines = lines_of(client, Decimal(row.amount), on)
    write(draft, lines, on, person)


def credit(n: int, part: DemoCredit, today: date, person: User) -> None:
    """A credit note for a part of the n-th invoice."""
    key = key_of(n, "credit")
    if Bill.objects.filter(key=key).exists():
        return
    corrected = invoice_of(n)
    draft = new_draft(corrected.client, person)
    draft.key, draft.kind, draft.corrects = key, BillKind.CREDIT_NOTE, corrected
    draft.currency, draft.prices_include_vat = corrected.currency, True
    draft.round_to_five = False
    on = today - timedelta(days=part.ago)
    draft.issued_on = on
    lines = lines_of(corrected.client, Decimal(part.amount), corrected.issued_on)
    write(draft, lines, on, person)


def write(draft: Draft, lines: list[DraftLine], on: date, person: User) -> None:
    """Store the draft and issue it."""
    save_draft(draft, lines, [], version=0)
    issue_draft(draft, today=on, person=person, version=draft.version)


def lines_of(client: Client, amount: Decimal, on: date) -> list[DraftLine]:
    """The hours that fit into two thirds of the amount, and a fixed price for the rest.

    Services to clients abroad are taxed where the client is.
    """
    rates = vat_rates()
    code = default_code(rates) if client.country == HOME else untaxed_code(rates)
    by_hour, unit, fixed = SERVICES[client.language]
    month = format_date(on - relativedelta(months=1), "LLLL y", locale=client.language)
    hours = (amount * 2 / 3 / HOURLY / QUARTER).quantize(
        Decimal(1), ROUND_DOWN
    ) * QUARTER
    found = [DraftLine(description=fixed, price=amount - hours * HOURLY, vat_code=code)]
    if hours:
        worked = DraftLine(
            description=by_hour.format(month=month),
            quantity=hours,
            unit=unit,
            price=HOURLY,
            vat_code=code,
        )
        found.insert(0, worked)
    return found


def leave_a_draft(client: Client, amount: str, today: date, person: User) -> None:
    """An invoice in two instalments that nobody has issued yet."""
    key = key_of(0, "draft")
    draft = new_draft(client, person)
    draft.key = key
    if type(draft).objects.filter(key=key).exists():
        return
    draft.prices_include_vat = True
    halves = [
        DraftInstalment(days=30, percent=Decimal(50)),
        DraftInstalment(days=60, percent=Decimal(50)),
    ]
    save_draft(draft, lines_of(client, Decimal(amount), today), halves, version=0)
