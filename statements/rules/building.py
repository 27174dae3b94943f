"""Builds a client's statement of account from an extract of the ledger.

Per currency; never a sum of two currencies. Every identity that makes a statement
right is checked, so a wrong one is not printed but refused by name.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from billing.rules.ageing import age_items
from billing.rules.money import plain, total, zero
from statements.rules.statement import (
    OPEN_ITEMS,
    Earlier,
    Line,
    Section,
    StatementImbalance,
    StatementOfAccount,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from moneyed import Money

    from billing.rules.items import Movement, OpenItem
    from statements.rules.statement import Allotment, Extract, Previous

# What is put to invoices.
CREDITS = frozenset({"payment", "credit_note", "discount", "write_off"})


def build_statement(
    extract: Extract,
    *,
    start: date,
    end: date,
    kind: str,
    unpaid_only: bool,
    currency: str,
    previous: Previous | None = None,
    known: Mapping[str, int] | None = None,
) -> StatementOfAccount:
    """The statement of the period, the client's own `currency` first.

    A currency without movement, balance, open item or credit is left out; where
    nothing is left, one empty section says so. Raises StatementImbalance.
    """
    sections = [
        _section(extract, code, start, end, kind, unpaid_only)
        for code in _currencies(extract, currency)
    ]
    return StatementOfAccount(
        start, end, kind, unpaid_only, sections, previous, known or {}
    )


def _currencies(extract: Extract, own: str) -> list[str]:
    moved = (*extract.corrections, *extract.movements)
    used = {movement.amount.currency.code for movement in moved}
    used |= {item.currency for item in extract.items}
    for amounts in (extract.opening, extract.closing, extract.unallocated):
        used |= {code for code, amount in amounts.items() if amount}
    return sorted(used, key=lambda code: (code != own, code)) or [own]


def _section(
    extract: Extract, code: str, start: date, end: date, kind: str, unpaid_only: bool
) -> Section:
    corrections = _of(extract.corrections, code)
    movements = [*corrections, *_of(extract.movements, code)]
    items = sorted(
        (item for item in extract.items if item.currency == code),
        key=lambda item: (item.issued_on, item.number),
    )
    opened = [item for item in items if item.open]
    listed = _listed(items, start, kind, unpaid_only)
    shown = {item.invoice_id for item in listed}
    missing = [item for item in opened if item.invoice_id not in shown]
    opening = extract.opening.get(code, zero(code))
    closing = extract.closing.get(code, zero(code))
    disputed = _disputed(opened, extract.disputed)
    unallocated = extract.unallocated.get(code, zero(code))
    section = Section(
        currency=code,
        opening=opening,
        invoiced=_sum(movements, "invoice", code),
        refunded=_sum(movements, "refund", code),
        charged=_sum(movements, "charge", code),
        credited=-_sum(movements, "credit_note", code)
        - _sum(movements, "discount", code),
        paid=-_sum(movements, "payment", code),
        written_off=-_sum(movements, "write_off", code),
        closing=closing,
        unallocated=unallocated,
        lines=_lines(opening, movements, len(corrections), extract),
        items=listed,
        earlier=Earlier(len(missing), total((item.open for item in missing), code)),
        ageing=age_items(opened, unallocated, code, end),
        merged=_sum(movements, "merged", code),
        disputed={
            number: amount
            for number, amount in disputed.items()
            if number in {item.number for item in listed}
        },
        payable=max(zero(code), closing - total(disputed.values(), code)),
    )
    _check(section, total((item.open for item in opened), code))
    return section


def _listed(
    items: Sequence[OpenItem], start: date, kind: str, unpaid_only: bool
) -> list[OpenItem]:
    """Which invoices the statement names (domain §3: U2 open items, U1 unpaid only)."""
    if kind == OPEN_ITEMS:
        return [item for item in items if item.open]
    if unpaid_only:
        return [item for item in items if item.open and item.issued_on >= start]
    return list(items)


def _sum(movements: Sequence[Movement], heading: str, code: str) -> Money:
    return total(
        (
            movement.amount
            for movement in movements
            if (movement.of if movement.kind == "reversal" else movement.kind)
            == heading
        ),
        code,
    )


def _of(movements: Sequence[Movement], code: str) -> list[Movement]:
    return sorted(
        (m for m in movements if m.amount.currency.code == code),
        key=lambda movement: movement.order,
    )


def _lines(
    opening: Money, movements: Sequence[Movement], corrections: int, extract: Extract
) -> list[Line]:
    """The movements with the balance after each; so many first are corrections."""
    balances = accumulate((m.amount for m in movements), initial=opening)
    next(balances)
    return [
        _line(m, balance, extract, correction=position < corrections)
        for position, (m, balance) in enumerate(zip(movements, balances, strict=True))
    ]


def _line(m: Movement, balance: Money, extract: Extract, *, correction: bool) -> Line:
    allotments: Sequence[Allotment] = ()
    rest = None
    if m.kind in CREDITS:
        code = m.amount.currency.code
        allotments = extract.allotments.get(m.number, ())
        used = total((part.amount for part in allotments), code)
        rest = -m.amount - used - extract.taken.get(m.number, zero(code)) or None
    return Line(
        date=m.date,
        kind=m.kind,
        number=m.number,
        text=m.text,
        amount=m.amount,
        balance=balance,
        of=m.of,
        correction=correction,
        allotments=allotments,
        unallocated=rest,
    )


def _disputed(
    opened: Sequence[OpenItem], marked: Mapping[int, Money | None]
) -> dict[str, Money]:
    """What is disputed of open invoices, by number: never more than is open."""
    found = {}
    for item in opened:
        if item.invoice_id in marked and item.open.amount > 0:
            part = marked[item.invoice_id]
            found[item.number] = item.open if part is None else min(part, item.open)
    return found


def _check(section: Section, opened: Money) -> None:
    """Opening + lines = closing = open items − credits = Σ ageing − credits."""
    last = section.lines[-1].balance if section.lines else section.opening
    named = (
        section.opening
        + section.invoiced
        + section.refunded
        + section.charged
        - section.credited
        - section.paid
        - section.written_off
        + section.merged
    )
    sides = {
        "opening and lines": last,
        "opening and sums": named,
        "open items less credits": opened - section.unallocated,
        "ageing less credits": section.ageing.total,
        "listed and earlier less credits": section.open
        + section.earlier.open
        - section.unallocated,
    }
    wrong = [
        f"{name} {plain(amount)}"
        for name, amount in sides.items()
        if amount != section.closing
    ]
    if wrong:
        raise StatementImbalance(
            f"{section.currency}: closing {plain(section.closing)}, "
            f"but {', '.join(wrong)}"
        )
