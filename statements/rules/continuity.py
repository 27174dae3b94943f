"""How a statement goes on from the one before: with its closing balance.

What was booked since then with a day that one covers is named, line by line, so that
the balance the client was told and the balance of today are both right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.rules.items import Movement
from billing.rules.money import plain, total, zero
from statements.rules.statement import StatementImbalance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from moneyed import Money

MERGED = "merged"


def corrections(
    told: Mapping[str, Money],
    now: Mapping[str, Money],
    late: Sequence[Movement],
    on: date,
    *,
    merged: bool,
) -> list[Movement]:
    """What leads from the balance that was told for the day to the one known now.

    `late` are the entries booked since. What they leave is what the account of another
    client brought in, if one was `merged` into this one: one line. Otherwise the
    ledger contradicts what was sent. Raises StatementImbalance.
    """
    found = list(late)
    for code in sorted({*told, *now, *(m.amount.currency.code for m in late)}):
        nothing = zero(code)
        booked = total((m.amount for m in late if m.amount.currency.code == code), code)
        rest = now.get(code, nothing) - told.get(code, nothing) - booked
        if rest and not merged:
            raise StatementImbalance(
                f"{code}: the last statement closed with "
                f"{plain(told.get(code, nothing))}, {plain(booked)} was booked since, "
                f"but the balance of that day is {plain(now.get(code, nothing))}"
            )
        if rest:
            found.append(Movement(on, MERGED, "", rest))
    return found
