"""Which invoice a credit settles first, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from moneyed import Money

    from billing.rules.items import OpenItem


@dataclass(frozen=True, slots=True)
class Proposal:
    """An amount of the credit for one invoice, with the reason for the match."""

    invoice_id: int
    amount: Money
    reason: str


def propose_allocations(
    credit: Money, items: Sequence[OpenItem], reference: str = ""
) -> list[Proposal]:
    """Reference first, then the one invoice of exactly this amount, then oldest due.

    Never allocates more than the credit, nor more than an invoice has open; items
    in another currency are left alone.
    """
    same = [
        i for i in items if i.currency == credit.currency.code and i.open > i.open * 0
    ]
    named = [i for i in same if reference and i.number in reference.split()]
    exact = [i for i in same if i.open == credit]
    oldest = sorted(same, key=lambda i: (i.due_on, i.issued_on, i.number))
    ordered: list[tuple[OpenItem, str]] = [(i, "reference") for i in named]
    if not named and len(exact) == 1:
        ordered.append((exact[0], "amount"))
    chosen = {i.invoice_id for i, _reason in ordered}
    ordered += [(i, "oldest") for i in oldest if i.invoice_id not in chosen]
    proposals: list[Proposal] = []
    left = credit
    for item, reason in ordered:
        if not left:
            break
        amount = min(left, item.open)
        proposals.append(Proposal(item.invoice_id, amount, reason))
        left -= amount
    return proposals
