"""Books invoices and credits as they came in, not yet put to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from billing.actions.holding import hold_client
from billing.actions.moving import LedgerRefusal, check_amount
from billing.actions.numbering import take_numbers
from billing.models import CounterEntry, Credit, Invoice

if TYPE_CHECKING:
    from datetime import date

    from moneyed import Money

    from billing.models import BankAccount, Bill
    from clients.models import Client

SERIES: dict[str, str] = {
    Credit.Kind.PAYMENT: "P",
    Credit.Kind.CREDIT_NOTE: "CN",
    Credit.Kind.WRITE_OFF: "W",
    Credit.Kind.DISCOUNT: "D",
    CounterEntry.Kind.REFUND: "RF",
    CounterEntry.Kind.REVERSAL: "RV",
    CounterEntry.Kind.CHARGE: "RC",
}


@transaction.atomic
def record_invoice(
    client: Client,
    number: str,
    total: Money,
    *,
    issued_on: date,
    due_on: date,
    person: Any = None,
) -> Invoice:
    """Book an issued invoice.

    Raises LedgerRefusal for an amount that cannot be, or a client merged away.
    """
    check_amount(total)
    if due_on < issued_on:
        raise LedgerRefusal(_("The due date lies before the date of the invoice."))
    hold_client(client.pk)
    return Invoice.objects.create(
        client=client,
        number=number,
        total=total,
        open=total,
        issued_on=issued_on,
        due_on=due_on,
        deadline_on=due_on,
        created_by=person,
    )


@transaction.atomic
def record_credit(  # noqa: PLR0913 (each is a column of its own)
    client: Client,
    kind: Credit.Kind,
    amount: Money,
    *,
    dated_on: date,
    reference: str = "",
    number: str = "",
    key: str | None = None,
    account: BankAccount | None = None,
    charges: Money | None = None,
    cause: str = "",
    bill: Bill | None = None,
    person: Any = None,
) -> Credit:
    """Book a credit of the client, not yet allocated.

    The same `key` is booked once: the second time raises IntegrityError. `charges`
    is the part of the amount that a bank kept back, `cause` that of a write-off.
    """
    check_amount(amount)
    check_account(account, amount)
    _check_charges(kind, charges, amount)
    hold_client(client.pk)
    return Credit.objects.create(
        client=client,
        kind=kind,
        amount=amount,
        unallocated=amount,
        dated_on=dated_on,
        reference=reference,
        import_key=key,
        account=account,
        charges=charges.amount if charges else 0,
        cause=cause,
        bill=bill,
        created_by=person,
        number=number or take_numbers(SERIES[kind], dated_on.year)[0],
    )


def check_account(account: BankAccount | None, amount: Money) -> None:
    """Refuse an account of another currency."""
    if account and account.currency != amount.currency.code:
        raise LedgerRefusal(
            _("The account %(account)s is not in %(currency)s.")
            % {"account": account.name, "currency": amount.currency.code}
        )


def _check_charges(kind: Credit.Kind, charges: Money | None, amount: Money) -> None:
    if not charges:
        return
    check_amount(charges)
    if kind != Credit.Kind.PAYMENT:
        raise LedgerRefusal(_("Only a payment bears bank charges."))
    if charges.currency != amount.currency or charges >= amount:
        raise LedgerRefusal(_("The bank charges must be less than the payment."))
