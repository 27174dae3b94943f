"""Receivables as of a date: what is open, computed from dated movements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable
    from datetime import date

    from moneyed import Money


@dataclass(frozen=True, slots=True)
class Settlement:
    """A part of a credit put to an invoice; negative when it is taken back.

    Effective on the later of the credit's and the invoice's date, a reversal on
    its own date.
    """

    effective_on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An invoice with what was still open on the date it was asked for."""

    invoice_id: int
    number: str
    client_id: int
    currency: str
    issued_on: date
    due_on: date
    total: Money
    open: Money
    # What the payer's bank sends back: QR reference or SCOR.
    reference: str = ""

    @property
    def settled(self) -> Money:
        """What payments, credit notes, discounts and write-offs had covered by then."""
        return self.total - self.open

    def days_late(self, on: date) -> int:
        """Days since the original due date; negative before it."""
        return (on - self.due_on).days


@dataclass(frozen=True, slots=True)
class Movement:
    """One dated change of what a client owes; positive when it raises the debt.

    `of` names what a refund, reversal or charge is of: payment, credit note, and so on.
    `merged` is what the account of another client brought in.
    """

    date: datetime.date
    kind: str
    number: str
    amount: Money
    text: str = ""
    of: str = ""

    @property
    def order(self) -> tuple[datetime.date, int, str]:
        """The order on a statement: date, then invoice before credit and payment."""
        return (self.date, KIND_ORDER[self.kind], self.number)


KIND_ORDER = {
    "invoice": 0,
    "credit_note": 1,
    "payment": 2,
    "discount": 3,
    "write_off": 4,
    "charge": 5,
    "refund": 6,
    "reversal": 7,
    "merged": 8,
}


def open_amount(total: Money, settlements: Iterable[Settlement], as_of: date) -> Money:
    """Total less every settlement effective on or before the date."""
    return total - sum(
        (s.amount for s in settlements if s.effective_on <= as_of), total * 0
    )
