"""Which of a camt statement's balances it opens and closes with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from billing.rules.bank import BankFileRefusal
from billing.rules.bank_camt_values import (
    amount_of,
    checked_currency,
    child,
    day_of,
    is_debit,
    money_of,
    word,
)

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
        found = amount_of(child(element, "Amt"))
        if found is None:
            raise BankFileRefusal("amount", value="", line=element.sourceline)
        value, code = found
        currency = checked_currency(code, element.sourceline)
        value = -value if value and is_debit(element) else value
        return cls(
            kind=word(element, "Tp/CdOrPrtry/Cd", "Tp/CdOrPrtry/Prtry"),
            is_between=word(element, "Tp/SubTp/Cd", "Tp/SubTp/Prtry") == "INTM",
            day=day_of(element, "Dt/Dt", "Dt/DtTm"),
            money=money_of(value, currency, element.sourceline),
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
