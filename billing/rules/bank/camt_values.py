"""Reads single values of a camt file: words, days, amounts with their signs."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from billing.rules.bank.statement import BankFileRefusal
from billing.rules.cells import is_currency
from billing.rules.money import money
from billing.rules.reading import LARGEST_WHOLE, YEARS

if TYPE_CHECKING:
    from lxml.etree import _Element
    from moneyed import Money

DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:$|[TZ+-])")
AMOUNT = re.compile(r"[0-9]{1,18}(?:\.[0-9]{0,8})?|\.[0-9]{1,8}")
Priced = tuple[Decimal, str]
"""An amount and its currency, which may be empty."""


class Values:
    """What stands in an element by the path to it, whatever the namespace.

    It is gone through once: to look each place up in the tree takes ten times longer.
    """

    __slots__ = ("found", "line")

    def __init__(self, element: _Element) -> None:
        self.found: dict[str, list[_Element]] = {}
        self.line = element.sourceline
        _gather(element, "", self.found)

    def words(self, *paths: str) -> list[str]:
        """Every text at these paths."""
        found = (e.text for path in paths for e in self.found.get(path, ()))
        return [text for text in found if text and not text.isspace()]

    def word(self, *paths: str) -> str:
        """The text at the first of the paths that has one."""
        for path in paths:
            for element in self.found.get(path, ()):
                if text := (element.text or "").strip():
                    return str(text)
        return ""

    def amounts(self, path: str) -> list[Priced]:
        """The amounts at this path; raises BankFileRefusal("amount")."""
        return [_priced(element) for element in self.found.get(path, ())]

    def amount(self, path: str) -> Priced | None:
        """The first amount at this path."""
        return next(iter(self.amounts(path)), None)

    def money(self, value: Decimal, currency: str) -> Money:
        """Money of the account; raises BankFileRefusal where it does not fit."""
        return fitting_money(value, currency, self.line)

    def is_debit(self) -> bool:
        """Whether it says that money went out."""
        found = self.word("CdtDbtInd")
        if found not in {"CRDT", "DBIT"}:
            raise BankFileRefusal("sign", value=found[:40], line=self.line)
        return found == "DBIT"

    def day(self, *paths: str) -> date | None:
        """The day at the first of the paths that has one, as the bank writes it.

        A time zone behind it says nothing about the day on which the bank booked.
        """
        text = self.word(*paths)
        if not text:
            return None
        try:
            return _day(text[:11])
        except ValueError:
            raise BankFileRefusal("date", value=text[:40], line=self.line) from None


def fitting_money(value: Decimal, currency: str, line: int | None) -> Money:
    """Money with the currency's decimals; raises BankFileRefusal("amount")."""
    found = money(value, currency)
    if abs(value) >= LARGEST_WHOLE or found.amount != value:
        raise BankFileRefusal("amount", value=str(value)[:40], line=line)
    return found


def checked_currency(code: str, line: int | None) -> str:
    """A currency amounts can be kept in; raises BankFileRefusal("currency")."""
    if not is_currency(code):
        raise BankFileRefusal("currency", value=code[:40], line=line)
    return code


def _gather(element: _Element, before: str, found: dict[str, list[_Element]]) -> None:
    for inner in element:
        path = before + inner.tag.rpartition("}")[2]
        if len(inner):
            _gather(inner, f"{path}/", found)
        found.setdefault(path, []).append(inner)


def _priced(element: _Element) -> Priced:
    text = (element.text or "").strip()
    if not AMOUNT.fullmatch(text):
        raise BankFileRefusal("amount", value=text[:40], line=element.sourceline)
    return Decimal(text), element.get("Ccy", "")


@lru_cache(maxsize=2000)
def _day(text: str) -> date:
    match = DAY.match(text)
    if not match or int(match[1]) not in YEARS:
        raise ValueError(text)
    return date(int(match[1]), int(match[2]), int(match[3]))
