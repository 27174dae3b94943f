"""Payments that references identify, one after the other, over what is open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing.rules.matching.matcher import Confidence, Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from moneyed import Money

    from billing.rules.matching.matcher import Match


@dataclass(frozen=True, slots=True)
class Claim:
    """An entry (its id), what its payer paid, and what that was matched to."""

    entry_id: int
    paid: Money
    match: Match


@dataclass(frozen=True, slots=True)
class ExactPayment:
    """A payment to book without a person looking; what its parts leave stays credit."""

    entry_id: int
    client_id: int
    paid: Money
    parts: tuple[Part, ...]

    @property
    def left(self) -> Money:
        """What of it settles nothing."""
        left = self.paid
        for part in self.parts:
            left -= part.amount
        return left


def spread(claims: Iterable[Claim], opened: Mapping[int, Money]) -> list[ExactPayment]:
    """The exact ones in their order, each over what the ones before it left open.

    `opened` is what the invoices (by id) have open. An entry whose invoices are
    settled by then is left to a person, and so is one that would take a discount.
    """
    left = dict(opened)
    found = []
    for claim in claims:
        match = claim.match
        if match.confidence != Confidence.EXACT or match.client_id is None:
            continue
        if any(part.discount for part in match.parts):
            continue
        parts = tuple(_taken(claim, left))
        if parts:
            found.append(
                ExactPayment(claim.entry_id, match.client_id, claim.paid, parts)
            )
    return found


def _taken(claim: Claim, left: dict[int, Money]) -> Iterable[Part]:
    rest = claim.paid
    for part in claim.match.parts:
        amount = min(rest, left[part.invoice_id])
        if amount.amount > 0:
            rest -= amount
            left[part.invoice_id] -= amount
            yield Part(part.invoice_id, amount)
