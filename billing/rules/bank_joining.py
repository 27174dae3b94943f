"""Statements of the same account in one file, joined to one."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from billing.rules.bank import BankFileRefusal, prove
from billing.rules.money import LARGEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from billing.rules.bank import BankStatement


def by_account(statements: Iterable[BankStatement]) -> list[BankStatement]:
    """One proven statement for each account, in the order of the file.

    Each is proven by itself, and that each begins where the one before it ended:
    raises BankFileRefusal("gap") where one is missing between them.
    """
    found: dict[tuple[str, str], list[BankStatement]] = {}
    for statement in statements:
        prove(statement)
        _refuse_monsters(statement)
        found.setdefault((statement.iban, statement.currency), []).append(statement)
    if not found:
        raise BankFileRefusal("no_statement")
    return [_joined(_in_order(some)) for some in found.values()]


def _in_order(statements: list[BankStatement]) -> list[BankStatement]:
    """The oldest first: some banks write the newest one first."""
    if len(statements) > 1 and not _gap(statements[::-1]) and _gap(statements):
        return statements[::-1]
    return statements


def _joined(statements: list[BankStatement]) -> BankStatement:
    if len(statements) == 1:
        return statements[0]
    if missing := _gap(statements):
        before, after = missing
        raise BankFileRefusal(
            "gap", closing=before.closing, opening=after.opening, on=after.first_on
        )
    first, last = statements[0], statements[-1]
    return replace(
        first,
        closing=last.closing,
        first_on=min((s.first_on for s in statements if s.first_on), default=None),
        last_on=max((s.last_on for s in statements if s.last_on), default=None),
        transactions=[t for s in statements for t in s.transactions],
        notes=[note for s in statements for note in s.notes],
    )


def _gap(
    statements: Sequence[BankStatement],
) -> tuple[BankStatement, BankStatement] | None:
    """The first two between which the balance changes without an entry."""
    for before, after in pairwise(statements):
        if before.currency != after.currency or before.closing != after.opening:
            return before, after
    return None


def _refuse_monsters(statement: BankStatement) -> None:
    """Amounts beyond what the ledger can hold exactly."""
    balances = [b for b in (statement.opening, statement.closing) if b is not None]
    for amount in [*balances, *(t.amount for t in statement.transactions)]:
        if abs(amount.amount) > LARGEST:
            raise BankFileRefusal("too_large", amount=amount)
