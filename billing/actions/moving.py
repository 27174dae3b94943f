"""Moves amounts between a credit and an invoice, and refuses what cannot be.

`Invoice.open` and `Credit.unallocated` are written here and nowhere else by hand
of a person; files of thousands write them in bulk, under the same conditions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from billing.models import Credit, Invoice
from billing.rules.money import LARGEST, money, plain, round_money

if TYPE_CHECKING:
    from collections.abc import Callable

    from moneyed import Money


class LedgerRefusal(Exception):
    """A booking that would break the ledger; its text says which rule and why."""


def booked_once(key: str | None, book: Callable[[], Credit]) -> Credit:
    """What `book` books, all of it or nothing; with a key known already, that one."""
    try:
        with transaction.atomic():
            return book()
    except (IntegrityError, LedgerRefusal):
        first = Credit.objects.filter(import_key=key).first() if key else None
        if first is None:
            raise
        return first


def move(credit: Credit, invoice: Invoice, amount: Money) -> None:
    """Move an amount from the credit to the invoice, refused if either has less."""
    left = money(credit.unallocated, credit.currency)
    opened = money(invoice.open, invoice.currency)
    if amount.amount > 0:
        check_left(credit.number, left, amount)
        check_left(invoice.number, opened, amount)
    keep(Credit, credit.pk, unallocated=(left, left - amount))
    keep(Invoice, invoice.pk, open=(opened, opened - amount))
    credit.unallocated = left - amount
    invoice.open = opened - amount


def keep(model: type[Invoice | Credit], pk: int, **change: tuple[Money, Money]) -> None:
    """Write the new value where the old one still holds.

    Rows are locked, so only a booking past this module can come in between.
    """
    [(name, (old, new))] = change.items()
    if not model.objects.filter(pk=pk, **{name: old}).update(**{name: new}):
        raise LedgerRefusal(_("Somebody else booked at the same moment; try again."))


def check_left(number: str, left: Money, amount: Money) -> None:
    """Refuse more than there is left."""
    if left < amount:
        raise LedgerRefusal(
            _("%(number)s has only %(left)s left, not %(amount)s.")
            % {"number": number, "left": plain(left), "amount": plain(amount)}
        )


def check_amount(amount: Money) -> None:
    """Refuse nothing, less than nothing, too much, and too many decimals."""
    if amount.amount <= 0:
        raise LedgerRefusal(_("An amount must be more than zero."))
    if round_money(amount) != amount:
        raise LedgerRefusal(
            _("%(currency)s has fewer decimals than %(amount)s.")
            % {"currency": amount.currency.code, "amount": amount.amount}
        )
    if amount.amount > LARGEST:
        raise LedgerRefusal(_("The amount is too large."))
