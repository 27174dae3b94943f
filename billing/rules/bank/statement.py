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
class Note:
    """Something a file says that became no transaction, or not as it stands there.

    The codes: `pending` (only announced), `nothing` (an amount of zero), `whole` (a
    batch whose parts do not come to its amount, kept whole), `batch` (payments of
    which the file gives the sum only), `flipped` (reversals signed as what they
    reverse), `repeated` (a statement that is in the file twice), `gap` (statements
    that do not follow each other), `undated` (rows without date or amount). `values`
    has the `count`.
    """

    code: str
    values: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Transaction:
    """One movement on the account; positive for money in, negative for money out.

    `key` is the same whenever the bank tells of this movement again, in whatever
    file, and differs between two equal payments of a day. `charges` is what banks
    kept back of it: the payer paid `paid`. `count` is more than one for a sum of
    payments that the file does not tell apart.
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
    count: int = 1

    @property
    def paid(self) -> Money:
        """What the payer paid: the amount that came and what was kept back of it."""
        return self.amount + self.charges


@dataclass(frozen=True, slots=True)
class BankStatement:
    """What a file says of one account; balances where the format has them.

    `iban` is empty where a CSV file names no account; an account that has no IBAN
    gives its number as the bank writes it.
    """

    form: str
    iban: str
    currency: str
    transactions: list[Transaction]
    opening: Money | None = None
    closing: Money | None = None
    first_on: date | None = None
    last_on: date | None = None
    # What was left out and why: nothing amounts, entries that are only announced.
    notes: list[Note] = field(default_factory=list)


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
