"""Which invoice a credit settles first, and why."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from moneyed import Money

    from billing.rules.items import OpenItem

# Sums of several are looked for among so many of the oldest invoices.
SUMMED = 12
BETWEEN_WORDS = re.compile(r"[\s,;:()&+|°#\"'«»]+")


class Reason(StrEnum):
    """Why an invoice is proposed, the surest first."""

    REFERENCE = "reference"
    AMOUNT = "amount"
    SUM = "sum"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True)
class Proposal:
    """An amount of the credit for one invoice, with the reason for the match."""

    invoice_id: int
    amount: Money
    reason: Reason


def propose_allocations(
    credit: Money, items: Sequence[OpenItem], reference: str = ""
) -> list[Proposal]:
    """What a credit is proposed to settle, the surest match first.

    What the reference names; else the one invoice, or the one group of invoices, of
    exactly this amount; what is then left goes to the oldest due. Never allocates
    more than the credit, nor more than an invoice has open; items in another
    currency are left alone.
    """
    oldest = sorted(
        (i for i in items if i.currency == credit.currency.code and i.open.amount > 0),
        key=lambda i: (i.due_on, i.issued_on, i.number),
    )
    ordered = list(_matches(credit, oldest, reference))
    chosen = {item.invoice_id for item, _reason in ordered}
    ordered += [(i, Reason.OLDEST) for i in oldest if i.invoice_id not in chosen]
    proposals: list[Proposal] = []
    left = credit
    for item, reason in ordered:
        if not left:
            break
        amount = min(left, item.open)
        proposals.append(Proposal(item.invoice_id, amount, reason))
        left -= amount
    return proposals


def _matches(
    credit: Money, items: Sequence[OpenItem], reference: str
) -> Iterator[tuple[OpenItem, Reason]]:
    named = named_in(reference, items)
    exact = [item for item in items if item.open == credit]
    if named:
        yield from ((item, Reason.REFERENCE) for item in named)
    elif len(exact) == 1:
        yield exact[0], Reason.AMOUNT
    elif not exact:
        yield from ((item, Reason.SUM) for item in _sum_of_several(credit, items))


def named_in(text: str, items: Sequence[OpenItem]) -> list[OpenItem]:
    """The invoices whose number or payment reference stands in the text as a word.

    "Zahlung INV-12, INV-13" and "INV-12/INV-13" name two; "INV-123" does not name
    INV-12.
    """
    words = {word.strip(".-/").casefold() for word in BETWEEN_WORDS.split(text)}
    numbers = {item.number.casefold() for item in items}
    for word in words - numbers:
        words = words | set(word.split("/"))
    spaced = f" {' '.join(text.casefold().split())} "
    joined = re.sub(r"\s", "", text).casefold()
    return [
        item
        for item in items
        if item.number.casefold() in words
        or (" " in item.number and f" {item.number.casefold()} " in spaced)
        or (len(item.reference) > 4 and item.reference.casefold() in joined)
    ]


def _sum_of_several(credit: Money, items: Sequence[OpenItem]) -> Sequence[OpenItem]:
    """The one group of invoices that comes to the amount; none where there are more."""
    found: Sequence[OpenItem] = ()
    some = items[:SUMMED]
    amounts = {item.invoice_id: item.open.amount for item in some}
    for size in range(2, len(some) + 1):
        for group in combinations(some, size):
            if sum(amounts[item.invoice_id] for item in group) != credit.amount:
                continue
            if found:
                return ()
            found = group
    return found
