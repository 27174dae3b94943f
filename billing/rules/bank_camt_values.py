"""Reads single values of a camt file: words, days, amounts with their signs."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from billing.rules.bank import BankFileRefusal
from billing.rules.cells import is_currency
from billing.rules.money import money
from billing.rules.reading import LARGEST_WHOLE, YEARS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element
    from moneyed import Money

DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:$|[TZ+-])")
AMOUNT = re.compile(r"[0-9]{1,18}(?:\.[0-9]{0,8})?|\.[0-9]{1,8}")


def child(element: _Element, path: str) -> _Element | None:
    """The first element at this path, in whatever namespace."""
    found: _Element | None = element.find(_wild(path))
    return found


def children(element: _Element, path: str) -> Iterator[_Element]:
    """Every element at this path."""
    found: Iterator[_Element] = element.iterfind(_wild(path))
    return found


def word(element: _Element | None, *paths: str) -> str:
    """The text at the first of the paths that has one."""
    if element is None:
        return ""
    for path in paths:
        text = (element.findtext(_wild(path)) or "").strip()
        if text:
            return str(text)
    return ""


def amount_of(element: _Element | None) -> tuple[Decimal, str] | None:
    """An amount with its currency; raises BankFileRefusal("amount")."""
    if element is None:
        return None
    text = (element.text or "").strip()
    if not AMOUNT.fullmatch(text):
        raise BankFileRefusal("amount", value=text[:40], line=element.sourceline)
    return Decimal(text), element.get("Ccy", "")


def money_of(value: Decimal, currency: str, line: int | None) -> Money:
    """Money of the account; raises BankFileRefusal where it does not fit."""
    found = money(value, currency)
    if abs(value) >= LARGEST_WHOLE or found.amount != value:
        raise BankFileRefusal("amount", value=str(value)[:40], line=line)
    return found


def checked_currency(code: str, line: int | None) -> str:
    """A currency amounts can be kept in; raises BankFileRefusal("currency")."""
    if not is_currency(code):
        raise BankFileRefusal("currency", value=code[:40], line=line)
    return code


def is_debit(element: _Element) -> bool:
    """Whether it says that money went out."""
    found = word(element, "CdtDbtInd")
    if found not in {"CRDT", "DBIT"}:
        raise BankFileRefusal("sign", value=found[:40], line=element.sourceline)
    return found == "DBIT"


def day_of(element: _Element | None, *paths: str) -> date | None:
    """The day at the first of the paths that has one, as the bank writes it.

    A time zone behind it says nothing about the day on which the bank booked.
    """
    text = word(element, *paths)
    if not text or element is None:
        return None
    try:
        return _day(text)
    except ValueError:
        line = element.sourceline
        raise BankFileRefusal("date", value=text[:40], line=line) from None


@cache
def _wild(path: str) -> str:
    return "/".join(f"{{*}}{name}" for name in path.split("/"))


def _day(text: str) -> date:
    match = DAY.match(text)
    if not match or int(match[1]) not in YEARS:
        raise ValueError(text)
    return date(int(match[1]), int(match[2]), int(match[3]))
