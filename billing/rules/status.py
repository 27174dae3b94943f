"""The one answer to "what is the state of this invoice on this day?"."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from moneyed import Money


class InvoiceStatus(StrEnum):
    """What the badge of an invoice says."""

    PAID = "paid"
    # Nothing is open either, but nobody paid it: the words must not say so.
    CREDITED = "credited"
    LOST = "lost"
    UNCOLLECTIBLE = "uncollectible"
    OVERDUE = "overdue"
    REMINDED = "reminded"
    PARTLY_PAID = "partly_paid"
    OPEN = "open"


def invoice_status(
    *,
    total: Money,
    open_: Money,
    deadline_on: date,
    level: int,
    uncollectible: bool,
    today: date,
    without_money: InvoiceStatus | None = None,
) -> InvoiceStatus:
    """Overdue means past the *last* deadline: the due date, or a reminder's.

    While a reminder's deadline runs the invoice is late, but not overdue
    (bexio: "die Fälligkeit der letzten Zahlungsfrist"). `without_money` is what closed
    an invoice in place of a payment: CREDITED or LOST.
    """
    if not open_:
        return without_money or InvoiceStatus.PAID
    if uncollectible:
        return InvoiceStatus.UNCOLLECTIBLE
    if today > deadline_on:
        return InvoiceStatus.OVERDUE
    if level > 0:
        return InvoiceStatus.REMINDED
    return InvoiceStatus.PARTLY_PAID if open_ < total else InvoiceStatus.OPEN
