"""Which of a camt statement's balances it opens and closes with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from billing.rules.bank.camt_values import Values, checked_currency
from billing.rules.bank.statement import BankFileRefusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.etree import _Element
    from moneyed import Money

# Opened with, closed with before, between pages; the surest first.
OPENING = ("OPBD", "PRCD", "ITBD")
CLOSING = ("CLBD", "ITBD")


@dataclass(frozen=True, slots=True, eq=False)
class Balance:
    """A balance with its type; `is_between` for one from page to page."""

    kind: str
    is_between: bool
    day: date | None
    money: Money
    currency: str

    @classmethod
    def read(cls, element: _Element) -> Balance:
        """What a Bal element says; raises BankFileRefusal."""
        values = Values(element)
        value, code = values.amount("Amt") or (None, "")
        if value is None:
            raise BankFileRefusal("amount", value="", line=values.line)
        currency = checked_currency(code, values.line)
        value = -value if value and values.is_debit() else value
        return cls(
            kind=values.word("Tp/CdOrPrtry/Cd", "Tp/CdOrPrtry/Prtry"),
            is_between=values.word("Tp/SubTp/Cd", "Tp/SubTp/Prtry") == "INTM",
            day=values.day("Dt/Dt", "Dt/DtTm"),
            money=values.money(value, currency),
            currency=currency,
        )


def opening_of(balances: Sequence[Balance]) -> Balance | None:
    """The first: those of the whole statement before those of its pages."""
    return next(iter(_ranked(balances, OPENING)), None)


def closing_of(balances: Sequence[Balance]) -> Balance | None:
    """The last, likewise."""
    # Of equal rank the last one counts, in a file of several days as in one of one.
    return next(iter(_ranked(balances[::-1], CLOSING, newest=True)), None)


def _ranked(
    balances: Sequence[Balance], kinds: Sequence[str], *, newest: bool = False
) -> list[Balance]:
    def rank(balance: Balance) -> tuple[int, bool, int]:
        ordinal = (balance.day or date.min).toordinal()
        day = -ordinal if newest else ordinal
        return kinds.index(balance.kind), balance.is_between, day

    return sorted((b for b in balances if b.kind in kinds), key=rank)
