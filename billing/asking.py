"""What another paper than a bill asks to be paid, in the shape of a bill.

So a reminder gets the same payment part, code and words as an invoice. Nothing of it
is stored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.composing import (
    Composed,
    account_values,
    buyer_of,
    issuer_of,
    reference_of,
)
from billing.models import Bill, BillKind, Invoice

if TYPE_CHECKING:
    from datetime import date

    from moneyed import Money

    from billing.models import BankAccount
    from clients.models import Client, Company


def payment_request(
    *,
    client: Client,
    home: Company,
    account: BankAccount | None,
    total: Money,
    due_on: date | None,
    language: str,
    number: str,
    words: str,
    reference: str = "",
) -> Composed:
    """What to pay, to which account, with which reference; `words` stand beside it.

    A `reference` is taken where the account takes such ones, else one is made of the
    number. Without a number, as in a draft, there is none. Without a day nothing is
    said of when to pay.
    """
    bill = Bill(
        kind=BillKind.INVOICE,
        number=number,
        language=language,
        currency=total.currency.code,
        total=total,
        issuer=issuer_of(home),
        buyer=buyer_of(client, home),
        account=account_values(account),
    )
    fitting = reference if _takes(bill, reference) else ""
    invoice = Invoice(
        number=words,
        currency=bill.currency,
        total=total,
        due_on=due_on,  # type: ignore[misc]  # never stored
        reference=fitting or (reference_of(bill, number) if number else ""),
    )
    return Composed(bill, [], [], [invoice])


def _takes(bill: Bill, reference: str) -> bool:
    """A QR reference goes to a QR-IBAN, a creditor reference to an ordinary one."""
    if reference.startswith("RF"):
        return bool(bill.account.get("iban"))
    return bool(reference and bill.account.get("qr_iban"))
