"""From the pages of a file to one proven statement of each account.

Banks cut what they tell into days, pages and notifications. Each page with balances
is proven by itself; those of an account are put together.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from billing.rules.bank.keys import Movement, keyed
from billing.rules.bank.statement import BankFileRefusal, BankStatement, Note, prove
from billing.rules.money import total, zero

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from moneyed import Money

    from billing.rules.bank.statement import Transaction


@dataclass(slots=True)
class Page:
    """A part of a file about one account, as the bank cut it."""

    iban: str
    currency: str
    movements: list[Movement] = field(default_factory=list)
    opening: Money | None = None
    closing: Money | None = None
    first_on: date | None = None
    last_on: date | None = None
    notes: list[Note] = field(default_factory=list)


def gathered(pages: Sequence[Page], form: str) -> list[BankStatement]:
    """One statement for each account; raises BankFileRefusal("balance")."""
    accounts: dict[tuple[str, str], list[Page]] = {}
    for page in pages:
        accounts.setdefault((page.iban, page.currency), []).append(page)
    return [_statement(_joined(group), form) for group in accounts.values()]


def _joined(pages: Sequence[Page]) -> list[Page]:
    """Pages that have a balance only at the outer ends of several are one."""
    found: list[Page] = []
    for page in pages:
        last = found[-1] if found else None
        if (
            last
            and last.opening is not None
            and last.closing is None
            and page.opening is None
        ):
            last.movements += page.movements
            last.closing = page.closing
            last.last_on = page.last_on
            last.notes += page.notes
        else:
            found.append(page)
    return found


def _statement(pages: list[Page], form: str) -> BankStatement:
    proven = [_proven(page) for page in pages]
    pages = _in_order(_told_once(proven))
    is_chain = _is_chain(pages)
    with_balances = any(p.opening is not None for p in pages)
    counted: Counter[str] = Counter()
    found: dict[str, Transaction] = {}
    for page in pages:
        # Pages that do not follow each other may tell of the same days twice.
        own = counted if is_chain or not with_balances else Counter[str]()
        found |= {t.key: t for t in keyed(page.movements, own)}
    notes = [note for page in pages for note in page.notes]
    if with_balances and not is_chain:
        notes.append(Note("gap", {"count": len(pages)}))
    if len(pages) < len(proven):
        notes.append(Note("repeated", {"count": len(proven) - len(pages)}))
    transactions = list(found.values())
    days = [t.booked_on for t in transactions]
    return BankStatement(
        form=form,
        iban=pages[0].iban,
        currency=pages[0].currency,
        transactions=transactions,
        opening=pages[0].opening if is_chain else None,
        closing=pages[-1].closing,
        first_on=min((*days, *_days(p.first_on for p in pages)), default=None),
        last_on=max((*days, *_days(p.last_on for p in pages)), default=None),
        notes=_summed(notes),
    )


def _proven(page: Page) -> Page:
    """The page with the signs that prove it.

    Some banks sign a reversal as what it reverses: when the balances say so, all the
    reversals of the page are turned round.
    """
    try:
        _prove(page)
    except BankFileRefusal:
        turned = [_turned(m) for m in page.movements]
        if turned == page.movements:
            raise
        count = sum(m.transaction.is_reversal for m in turned)
        notes = [*page.notes, Note("flipped", {"count": count})]
        other = replace(page, movements=turned, notes=notes)
        try:
            _prove(other)
        except BankFileRefusal:
            # What is refused is the file as it stands.
            _prove(page)
        return other
    return page


def _prove(page: Page) -> None:
    transactions = [m.transaction for m in page.movements]
    try:
        prove(
            BankStatement(
                form="",
                iban=page.iban,
                currency=page.currency,
                transactions=transactions,
                opening=page.opening,
                closing=page.closing,
            )
        )
    except BankFileRefusal as refusal:
        refusal.values["iban"] = page.iban
        raise


def _turned(movement: Movement) -> Movement:
    transaction = movement.transaction
    if not transaction.is_reversal:
        return movement
    other = replace(
        transaction,
        amount=-transaction.amount,
        charges=zero(transaction.amount.currency.code),
    )
    return replace(movement, transaction=other)


def _told_once(pages: Iterable[Page]) -> list[Page]:
    """Without those that are in the file twice; only balances make that sure."""
    found: list[Page] = []
    for page in pages:
        moved = total((m.transaction.amount for m in page.movements), page.currency)
        if page.opening is None or not moved or page not in found:
            found.append(page)
    return found


def _in_order(pages: list[Page]) -> list[Page]:
    """As in the file if they follow each other so, else as their days do."""
    for ordered in (pages, pages[::-1]):
        if _is_chain(ordered):
            return ordered
    if any(p.first_on is None for p in pages):
        return pages
    return sorted(pages, key=lambda p: (p.first_on, p.last_on or p.first_on))


def _is_chain(pages: Sequence[Page]) -> bool:
    """Whether each page opens with what the one before it closed with."""
    if any(p.opening is None or p.closing is None for p in pages):
        return False
    return all(one.closing == other.opening for one, other in pairwise(pages))


def _days(days: Iterable[date | None]) -> list[date]:
    return [day for day in days if day]


def _summed(notes: Iterable[Note]) -> list[Note]:
    """One note for each code, the counts added up, with the first of the examples."""
    found: dict[str, dict[str, object]] = {}
    for note in notes:
        values = found.setdefault(note.code, {"count": 0})
        count = values["count"]
        values |= {k: v for k, v in note.values.items() if k not in values}
        values["count"] = int(str(count)) + int(str(note.values.get("count", 1)))
    return [Note(code, values) for code, values in found.items()]
