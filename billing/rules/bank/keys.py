"""Tells every transaction of an account from every other one.

A key must be the same when the bank tells of the transaction again, in a file with
other days around it or in the other of camt.053 and camt.054, and must differ between
two equal payments of one day. The bank's own reference does both. Where there is
none, the key is made of what is known, and equal ones are counted within their day:
so a file must hold whole days. Of two equal payments without a reference, one in a
file of the morning and one in a file of the afternoon, nothing says that they are two.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from billing.rules.money import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from billing.rules.bank.statement import Transaction

# A shorter reference may be the number of an entry, or the same for all of them.
LONG = 10


@dataclass(frozen=True, slots=True)
class Movement:
    """A transaction without its key, and the bank's reference to make one of.

    `place` is its place among those that share the reference; `daily` is for formats
    in which banks may write the same one again on another day.
    """

    transaction: Transaction
    reference: str = ""
    place: int = 0
    daily: bool = False

    @property
    def stem(self) -> str:
        """The key but for the count of equal ones."""
        return _referenced(self) if self.is_named else _composed(self)

    @property
    def is_named(self) -> bool:
        """Whether the reference alone tells it from others."""
        return len(self.reference) >= LONG


def keyed(movements: Iterable[Movement], counted: Counter[str]) -> list[Transaction]:
    """The transactions with their keys; `counted` goes on from one page to the next.

    References are counted for each page alone: two pages that tell of the same one
    mean the same transaction.
    """
    named: Counter[str] = Counter()
    found = []
    for movement in movements:
        stem = movement.stem
        counter = named if movement.is_named else counted
        counter[stem] += 1
        count = counter[stem]
        key = stem if count == 1 else f"{stem}#{count}"
        found.append(replace(movement.transaction, key=key))
    return found


def _referenced(movement: Movement) -> str:
    # With the amount, for a reversal may bear the reference of what it reverses.
    transaction = movement.transaction
    words = [movement.reference, plain(transaction.amount)]
    if movement.place:
        words.insert(1, str(movement.place))
    if movement.daily:
        words.append(transaction.booked_on.isoformat())
    return "ref:" + "|".join(words)


def _composed(movement: Movement) -> str:
    transaction = movement.transaction
    words = [
        transaction.booked_on.isoformat(),
        plain(transaction.amount),
        movement.reference,
        transaction.reference,
        transaction.end_to_end,
        transaction.name,
        transaction.iban,
        transaction.text,
    ]
    # Banks wrap lines and write capitals as it pleases them.
    text = "|".join(re.sub(r"\W", "", word).casefold() for word in words[2:])
    content = "|".join([*words[:2], text])
    digest = hashlib.sha256(content.encode()).hexdigest()[:32]
    return f"own:{words[0]}|{words[1]}|{digest}"
