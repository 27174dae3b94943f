"""Builders with sensible defaults: make.invoice("100.00 EUR", due="2026-03-01")."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import count

import pikepdf
from django.contrib.auth.models import User
from django.db import connection
from moneyed import Money

from billing.actions import ledger
from billing.actions.issuing import issue_draft
from billing.models import Bill, Credit, Draft
from clients.models import Client, Company, search_key

numbers = count(101)


def day(text: str | date) -> date:
    return text if isinstance(text, date) else date.fromisoformat(text)


def money(text: str) -> Money:
    amount, currency = text.split()
    return Money(Decimal(amount), currency)


def company(**given) -> Company:
    values = {
        "name": "Fiduciaire du Léman SA",
        "street": "Rue du Marché 12",
        "postcode": "1204",
        "city": "Genève",
        "country": "CH",
        "email": "compta@leman.example",
        "iban": "CH93 0076 2011 6238 5295 7",
        "language": "fr",
        "currency": "CHF",
    }
    row, _made = Company.objects.update_or_create(pk=1, defaults=values | given)
    return row


EVERYTHING = """
    INSERT INTO auth_user_user_permissions (user_id, permission_id)
    SELECT %s, permission.id FROM auth_permission permission
    JOIN django_content_type kind ON kind.id = permission.content_type_id
    WHERE kind.app_label IN ('clients', 'billing', 'delivery', 'statements', 'dunning')
"""


def accountant() -> User:
    """Anna, who may do everything an accountant does."""
    person = User.objects.create_user("anna", password="a-long-password-1")
    with connection.cursor() as cursor:
        # One statement: nearly every test of a page begins with this person.
        cursor.execute(EVERYTHING, [person.pk])
    return person


def client(number: str = "", **given) -> Client:
    number = number or f"K-{next(numbers)}"
    values = {
        "name": f"Client {number}",
        "street": "Bahnhofstrasse 1",
        "postcode": "8001",
        "city": "Zürich",
        "country": "CH",
        "language": "fr",
        "currency": "CHF",
        "email": "client@example.org",
    } | given
    return Client.objects.create(
        number=number, search=search_key(values["name"], number), **values
    )


def invoice(amount="100.00 CHF", *, to=None, number="", issued=None, due="2026-02-09"):
    due_on = day(due)
    return ledger.record_invoice(
        to or client(),
        number or f"INV-{next(numbers)}",
        money(amount),
        issued_on=day(issued) if issued else due_on - timedelta(days=30),
        due_on=due_on,
    )


def credit(amount, *, of, on, to=None, kind=Credit.Kind.PAYMENT, number=""):
    """A credit of a client; `to` maps invoices to the parts they get."""
    row = ledger.record_credit(of, kind, money(amount), dated_on=day(on), number=number)
    if to:
        ledger.allocate(row, {inv.pk: money(part) for inv, part in to.items()})
        row.refresh_from_db()
    return row


def payment(amount, *, on, to, part=None):
    """A payment put to one invoice, whole or in part."""
    return credit(amount, of=to.client, on=on, to={to: part or amount})


def draft(
    *lines, to=None, kind="invoice", instalments=(), code="CH-O", **given
) -> Draft:
    """A draft; a line is a price, or (quantity, price, VAT code); VAT-free unless said.

    An instalment is (days, percent).
    """
    owner = to or client()
    values = {"language": owner.language, "currency": owner.currency} | given
    row = Draft.objects.create(client=owner, kind=kind, **values)
    for position, line in enumerate(lines or ["100.00"], start=1):
        quantity, price, rate = ("1", line, code) if isinstance(line, str) else line
        row.lines.create(
            position=position,
            description=f"Line {position}",
            quantity=Decimal(quantity),
            price=Decimal(price),
            vat_code=rate,
        )
    for position, (days, percent) in enumerate(instalments, start=1):
        row.instalments.create(position=position, days=days, percent=Decimal(percent))
    return row


def bill(*lines, on="2026-01-10", **given) -> Bill:
    """An issued invoice or credit note; the same arguments as a draft."""
    row = draft(*lines, **given)
    return issue_draft(row, today=day(on), person=None, version=row.version)


def blank_pdf() -> bytes:
    """One empty page, made without drawing anything."""
    target = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(target, deterministic_id=True)
    return target.getvalue()
