"""Which payment a bank takes back: a bounced debit, a recall, a correction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from moneyed import Money

    from billing.rules.bank.statement import Transaction

# What banks write where the payer gave no id of its own.
NO_NAMES = {"", "NOTPROVIDED", "NONREF", "NOREF"}


@dataclass(frozen=True, slots=True)
class Received:
    """A payment that came through the account and is booked."""

    credit_id: int
    amount: Money
    value_on: date
    reference: str = ""
    end_to_end: str = ""
    bank_reference: str = ""
    name: str = ""
    iban: str = ""


@dataclass(frozen=True, slots=True)
class Returned:
    """The payment that is proposed to be taken back, and why; or none.

    Reasons: `bank_reference`, `end_to_end`, `reference`, `iban`, `name`; without a
    payment `several` (ids in `credits`) or `unknown`.
    """

    reason: str
    credit_id: int | None = None
    credits: tuple[int, ...] = ()


def find_returned(row: Transaction, received: Iterable[Received]) -> Returned:
    """The one payment of the same amount that the entry names best.

    Two that fit equally well propose nothing: a person knows which one it was.
    """
    same = [
        p for p in received if p.amount == -row.amount and p.value_on <= row.value_on
    ]
    for reason in ("bank_reference", "end_to_end", "reference", "iban", "name"):
        wanted = getattr(row, reason).casefold()
        if wanted.upper() in NO_NAMES:
            continue
        fits = [p.credit_id for p in same if getattr(p, reason).casefold() == wanted]
        if len(fits) == 1:
            return Returned(reason, fits[0])
        if fits:
            return Returned("several", credits=tuple(fits))
    return Returned("unknown")


def names_of(row: Transaction | Received) -> set[str]:
    """What the bank and the payer call a transaction."""
    return {row.bank_reference, row.end_to_end, row.reference} - NO_NAMES
