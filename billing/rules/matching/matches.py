"""What is matched, and what comes of it."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from billing.rules.money import total

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from moneyed import Money

    from billing.rules.bank.statement import Transaction


class Confidence(enum.Enum):
    """How sure a match is: only `EXACT` is booked without a person looking."""

    EXACT = "exact"
    HIGH = "high"
    LOW = "low"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An invoice that may be paid; one with nothing open is known, but never paid.

    With a discount agreed, `open` less `discount` settles it up to `discount_until`.
    """

    invoice_id: int
    client_id: int
    number: str
    reference: str
    open: Money
    due_on: date
    issued_on: date
    client_name: str
    client_iban: str
    discount: Money | None = None
    discount_until: date | None = None

    @property
    def currency(self) -> str:
        """The code of the currency it is in."""
        return str(self.open.currency.code)

    @property
    def is_open(self) -> bool:
        """Whether anything can be paid."""
        return bool(self.open.amount > 0)

    def discounted(self, on: date) -> Money | None:
        """What settles it with its discount, if it is to be had on this day."""
        if not self.discount or self.discount_until is None:
            return None
        return self.open - self.discount if on <= self.discount_until else None


@dataclass(frozen=True, slots=True)
class Part:
    """What of the payment goes to an invoice; with it a discount that settles it."""

    invoice_id: int
    amount: Money
    discount: Money | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """What is proposed for a transaction; `reason` is a code that pages word.

    exact: `reference`.
    high: `number`, `numbers` (several named that come to the amount), `letter` (the
    reference of a reminder whose invoices it settles).
    low: `letter` (it settles them in part), `number_part`, `number_over`,
    `instalment`, `discount`, `iban`, `name` (payer known, amount equal), `sum`
    (several of the payer), `amount` (the only open invoice of this amount).
    none: `outgoing`, `reversal`, `batch`, `bad_reference`, `unknown_reference`,
    `paid`, `currency`, `ambiguous`, `client` (payer known, amount fits nothing),
    `nothing`.

    `detail` holds what was recognised: `reference`, `numbers`, `where` (text,
    end_to_end, reference), `invoices` (ids between which it could not be decided),
    `left` (Money that stays unallocated), `short` (Money that stays open), `paid`
    (Money that settles, where that is what came and the charges are the payer's).
    """

    confidence: Confidence
    reason: str
    client_id: int | None = None
    parts: tuple[Part, ...] = ()
    detail: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Payment:
    """What came in and when, as invoices are compared with it.

    Where banks kept charges back, an invoice may be settled by what was sent or, if
    the charges are the payer's, by what came: `figures` has both.
    """

    currency: str
    on: date
    figures: tuple[Money, ...]

    @classmethod
    def of(cls, transaction: Transaction) -> Payment:
        """The payment that a transaction is."""
        figures = (transaction.paid, transaction.amount)
        return cls(
            currency=transaction.amount.currency.code,
            on=transaction.value_on,
            figures=figures if transaction.charges else figures[:1],
        )

    @property
    def paid(self) -> Money:
        """What the payer sent."""
        return self.figures[0]

    def fitting(self, invoice: Candidate) -> Part | None:
        """The part that settles the invoice exactly, with its discount or without."""
        net = invoice.discounted(self.on)
        for figure in self.figures:
            if figure == invoice.open:
                return Part(invoice.invoice_id, figure)
            if net is not None and figure == net:
                return Part(invoice.invoice_id, figure, invoice.discount)
        return None

    def settling(self, invoices: Sequence[Candidate]) -> tuple[Part, ...]:
        """The parts that settle all of them exactly, or none."""
        nets = [i.discounted(self.on) or i.open for i in invoices]
        for figure in self.figures:
            if total((i.open for i in invoices), self.currency) == figure:
                return tuple(Part(i.invoice_id, i.open) for i in invoices)
            if total(nets, self.currency) == figure:
                return tuple(
                    Part(i.invoice_id, net, i.discount if net != i.open else None)
                    for i, net in zip(invoices, nets, strict=True)
                )
        return ()

    def filling(self, invoices: Iterable[Candidate]) -> tuple[Part, ...]:
        """Parts of one invoice after the other, as far as the money goes."""
        left = self.paid
        parts = []
        for invoice in invoices:
            amount = min(left, invoice.open)
            if amount.amount > 0:
                parts.append(Part(invoice.invoice_id, amount))
                left -= amount
        return tuple(parts)
