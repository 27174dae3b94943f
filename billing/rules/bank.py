"""A bank's file as data: what every reader (camt, MT940, CSV) gives.

A statement whose opening balance and entries do not come to its closing balance is
refused by `prove`, whatever its signs and reversals were meant to say.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from billing.rules.money import total

if TYPE_CHECKING:
    from datetime import date

    from moneyed import Money


class BankFileRefusal(Exception):
    """A file that cannot be read or does not add up; `code` and `values` say why.

    The pages word it (`billing.wording`), so that it is in the reader's language.
    """

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


@dataclass(frozen=True, slots=True)
class Transaction:
    """One movement on the account; positive for money in, negative for money out.

    `key` is the same whenever the bank tells of this movement again, in whatever
    file, and differs between two equal payments of a day.
    """

    key: str
    booked_on: date
    value_on: date
    amount: Money
    charges: Money
    is_reversal: bool = False
    reference: str = ""
    end_to_end: str = ""
    bank_reference: str = ""
    name: str = ""
    iban: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class BankStatement:
    """What a file says of one account; balances where the format has them."""

    form: str
    iban: str
    currency: str
    transactions: list[Transaction]
    opening: Money | None = None
    closing: Money | None = None
    first_on: date | None = None
    last_on: date | None = None
    # What was left out and why: nothing amounts, entries that are only announced.
    notes: list[str] = field(default_factory=list)


def prove(statement: BankStatement) -> None:
    """Opening + Σ transactions = closing; raises BankFileRefusal("balance")."""
    if statement.opening is None or statement.closing is None:
        return
    moved = total((t.amount for t in statement.transactions), statement.currency)
    found = statement.opening + moved
    if found != statement.closing:
        raise BankFileRefusal(
            "balance", opening=statement.opening, found=found, closing=statement.closing
        )
