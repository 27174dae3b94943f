"""What a client disputes of an invoice, and what is claimed all the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing.models.invoice import standing
from billing.rules.money import money

if TYPE_CHECKING:
    from datetime import date

    from moneyed import Money

    from billing.models import Invoice, InvoiceMark


@dataclass(frozen=True, slots=True)
class Dispute:
    """The dispute of an invoice that stands, with the part it is about."""

    mark: InvoiceMark
    disputed: Money
    claimed: Money

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left to claim."""
        return not self.claimed


def dispute_of(invoice: Invoice, today: date) -> Dispute | None:
    """The dispute of the invoice, unless it has ended; never more than is open."""
    marks = invoice.marks.filter(standing(today), kind="disputed")
    mark = marks.select_related("person").first()
    if mark is None:
        return None
    whole = invoice.open
    part = whole if mark.amount is None else money(mark.amount, invoice.currency)
    disputed = min(part, whole)
    return Dispute(mark, disputed, whole - disputed)
