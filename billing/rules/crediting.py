"""Which invoices the waiting credits of a client settle, all of them together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing.rules.allocation import Reason, named_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from moneyed import Money

    from billing.rules.items import OpenItem


@dataclass(frozen=True, slots=True)
class Waiting:
    """A credit of which something is not put to any invoice."""

    credit_id: int
    number: str
    dated_on: date
    left: Money
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Assignment:
    """A part of a credit for an invoice, with the reason for the match."""

    credit: Waiting
    item: OpenItem
    amount: Money
    reason: Reason


def assign(
    credits_: Iterable[Waiting],
    items: Iterable[OpenItem],
    contested: Mapping[int, Money] | None = None,
) -> list[Assignment]:
    """What the credits of a client settle: in order of invoices due, then credits.

    First what a credit's reference names, then the one invoice of exactly its amount,
    then the oldest due; the older credit goes first at each step. `contested` of an
    invoice (by id) is settled only by a credit that names it. Never more than a credit
    has left, nor than an invoice has open; other currencies are left alone.
    """
    found = _Assigning(
        sorted(credits_, key=lambda c: (c.dated_on, c.credit_id)),
        sorted(items, key=lambda i: (i.due_on, i.issued_on, i.number)),
        contested or {},
    )
    found.each(Reason.REFERENCE, found.named, whole=True)
    found.each(Reason.AMOUNT, found.exact)
    found.each(Reason.OLDEST, lambda _credit: found.items)
    return sorted(
        found.made,
        key=lambda a: (a.item.due_on, a.item.number, a.credit.dated_on),
    )


class _Assigning:
    """What is left of each credit and invoice while they are matched."""

    def __init__(
        self,
        credits_: Sequence[Waiting],
        items: Sequence[OpenItem],
        contested: Mapping[int, Money],
    ) -> None:
        self.credits, self.items, self.contested = credits_, items, contested
        self.left = {credit.credit_id: credit.left for credit in credits_}
        self.open = {item.invoice_id: item.open for item in items}
        self.made: list[Assignment] = []

    def each(
        self,
        reason: Reason,
        chosen: Callable[[Waiting], Iterable[OpenItem]],
        *,
        whole: bool = False,
    ) -> None:
        """Give each credit to the invoices that are chosen for it."""
        for credit in self.credits:
            if self.left[credit.credit_id]:
                for item in chosen(credit):
                    self._give(credit, item, reason, whole=whole)

    def named(self, credit: Waiting) -> Iterable[OpenItem]:
        """The invoices that the payer named."""
        return named_in(credit.reference, self.items) if credit.reference else ()

    def exact(self, credit: Waiting) -> Iterable[OpenItem]:
        """The one invoice of which exactly as much is owed as is left."""
        left = self.left[credit.credit_id]
        same = [item for item in self.items if self._owed(item) == left]
        return same if len(same) == 1 else ()

    def _owed(self, item: OpenItem, *, whole: bool = False) -> Money:
        opened = self.open[item.invoice_id]
        kept = None if whole else self.contested.get(item.invoice_id)
        return max(opened - kept, opened * 0) if kept else opened

    def _give(
        self, credit: Waiting, item: OpenItem, reason: Reason, *, whole: bool
    ) -> None:
        left = self.left[credit.credit_id]
        if item.currency != left.currency.code:
            return
        amount = min(left, self._owed(item, whole=whole))
        if amount.amount <= 0:
            return
        self.left[credit.credit_id] -= amount
        self.open[item.invoice_id] -= amount
        self.made.append(Assignment(credit, item, amount, reason))
