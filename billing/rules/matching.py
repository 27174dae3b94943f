"""Which open invoices a transaction pays, how sure that is, and why."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from moneyed import Money

    from billing.rules.bank import Transaction


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
    high: `number`, `numbers` (several named that come to the amount).
    low: `number_part`, `number_over`, `instalment`, `discount`, `iban`, `name`
    (payer known, amount equal), `sum` (several of the payer), `amount` (the only
    open invoice of this amount).
    none: `outgoing`, `reversal`, `batch`, `bad_reference`, `unknown_reference`,
    `paid`, `currency`, `ambiguous`, `client` (payer known, amount fits nothing),
    `nothing`.

    `detail` holds what was recognised: `reference`, `numbers`, `where` (text,
    end_to_end, reference), `invoices` (ids between which it could not be decided),
    `left` (Money that stays unallocated), `short` (Money that stays open).
    """

    confidence: Confidence
    reason: str
    client_id: int | None = None
    parts: tuple[Part, ...] = ()
    detail: dict[str, object] = field(default_factory=dict)


class Matcher:
    """Matches transactions against open invoices; its indexes are built once."""

    def __init__(self, candidates: Iterable[Candidate]) -> None:
        self.candidates = list(candidates)

    def match(self, transaction: Transaction) -> Match:
        """The best founded proposal; ties and doubts propose nothing."""
        del transaction
        return Match(Confidence.NONE, "nothing")
