"""What tests of the bank's pages start with: accounts, files, invoices with references."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import localdate

from billing.actions.bank import Source, keep_bank_file
from billing.models import BankAccount, Invoice
from billing.rules.references import scor_reference
from tests import make
from tests.billing.bank_files.camt import Account, Booked, Paid, camt

# The account of the company that `make.company` makes.
OWN = "CH9300762011623852957"
OTHER = "CH5604835012345678009"


def ago(days):
    return localdate() - timedelta(days=days)


def account(iban=OWN, currency="CHF", **given):
    values = {"name": "PostFinance", "on_invoices": iban == OWN} | given
    return BankAccount.objects.create(iban=iban, currency=currency, **values)


def invoice(amount="100.00 CHF", number="F-2026-0001", *, to=None, issued=40, due=10):
    """An open invoice that bears a payment reference; days are ago."""
    money = make.money(amount)
    return Invoice.objects.create(
        client=to or make.client(currency=money.currency.code),
        number=number,
        total=money,
        open=money,
        issued_on=ago(issued),
        due_on=ago(due),
        deadline_on=ago(due),
        reference=scor_reference(number),
    )


def came(amount="100.00", *, of=None, on=1, ref="", charges="", **paid):
    """Money that came in, with the reference of an invoice; less the charges."""
    day = ago(on).isoformat()
    if of is not None:
        paid |= {"reference": of.reference, "kind": "SCOR"}
    sent = str(Decimal(amount) + Decimal(charges or 0))
    return Booked(
        amount,
        [Paid(sent, bank_reference=ref, charges=charges, **paid)],
        booked_on=day,
        value_on=day,
        bank_reference=ref,
    )


def went(amount="100.00", *, on=0, ref="", reversal=False, **paid):
    """Money that went out, or that the bank takes back."""
    day = ago(on).isoformat()
    return Booked(
        amount,
        [Paid(amount, bank_reference=ref, **paid)],
        debit=True,
        reversal=reversal,
        booked_on=day,
        value_on=day,
        bank_reference=ref,
    )


def statement(*entries, iban=OWN, opening="1000.00", currency="CHF", **given):
    """A camt.053 whose balances agree."""
    moved = sum(
        (-Decimal(e.amount) if e.debit else Decimal(e.amount) for e in entries),
        Decimal(0),
    )
    closing = given.pop("closing", str(Decimal(opening) + moved))
    return camt(one(entries, iban, opening, closing, currency, given))


def one(entries, iban, opening, closing, currency, given):
    return Account(
        list(entries),
        opening=opening,
        closing=closing,
        iban=iban,
        currency=currency,
        first_on=ago(7).isoformat(),
        last_on=ago(0).isoformat(),
        day=ago(0).isoformat(),
        **given,
    )


def read(*entries, name="statement.xml", **given):
    """The file of these entries, kept."""
    [file] = keep_bank_file(Source(name, statement(*entries, **given)))
    return file


def uploaded(content, name="statement.xml"):
    return {"file": SimpleUploadedFile(name, content)}
