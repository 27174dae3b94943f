"""Dossiers and policies for the tests of the rules; no database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING

from billing.rules.items import Settlement
from billing.rules.money import money as amount_in
from dunning.rules.dossier import Block, Dossier, Level, OverdueItem, Policy, Reason

if TYPE_CHECKING:
    from moneyed import Money

numbers = count(1)


def day(text: str | date) -> date:
    return text if isinstance(text, date) else date.fromisoformat(text)


def money(text: str) -> Money:
    amount, currency = text.split()
    return amount_in(amount, currency)


def level(position, *, grace=5, term=10, rate="0", fee="", minimum="", name=""):
    fees = [money(text) for text in fee.split(",") if text]
    minimums = [money(text) for text in minimum.split(",") if text]
    return Level(
        position,
        name or f"Level {position}",
        grace,
        term,
        Decimal(rate),
        {fee.currency.code: fee for fee in fees},
        {least.currency.code: least for least in minimums},
    )


# The policy of worked example 2 (domain §8).
EXAMPLE_2 = Policy("Example 2", (level(1), level(2), level(3, grace=3)))


def item(
    open_="100.00 CHF",
    *,
    number="",
    due="2026-02-09",
    total="",
    level=0,
    deadline="",
    reminded="",
    blocks=(),
    settled=(),
):
    return OverdueItem(
        invoice_id=(n := next(numbers)),
        number=number or f"INV-{n:04d}",
        issued_on=date(2026, 1, 1),
        due_on=day(due),
        total=money(total or open_),
        open=money(open_),
        level=level,
        deadline_on=day(deadline or due),
        reminded_on=day(reminded) if reminded else None,
        blocks=tuple(Block(Reason(reason), {}) for reason in blocks),
        settlements=tuple(Settlement(day(on), money(part)) for on, part in settled),
    )


def dossier(*items, credit="", policy=EXAMPLE_2, client="K-1", currency="CHF"):
    return Dossier(
        client_id=int(client.rpartition("-")[2]),
        client_number=client,
        client_name=f"Client {client}",
        language="fr",
        currency=currency,
        credit=money(credit or f"0 {currency}"),
        policy=policy,
        items=items,
    )
