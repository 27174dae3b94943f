"""A client's statement of account: opening, movements, closing, and what is open.

Built per currency from an extract of the ledger; never a sum of two currencies.
Every identity that makes a statement right is checked, so a wrong one is not
printed but refused by name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING

from billing.rules.ageing import age_items
from billing.rules.money import plain, total, zero

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping, Sequence
    from datetime import date

    from moneyed import Money

    from billing.rules.ageing import Ageing
    from billing.rules.items import Movement, OpenItem

ACTIVITY = "activity"
OPEN_ITEMS = "open-items"


class StatementImbalance(ArithmeticError):
    """The ledger contradicts itself: no statement can be right, so none is made."""


@dataclass(frozen=True, slots=True)
class Extract:
    """What the ledger says about one client, by currency.

    `items` are the invoices dated in the period, and every other one that had
    something open at its end, all with what was open on that day.
    """

    opening: Mapping[str, Money]
    closing: Mapping[str, Money]
    movements: Sequence[Movement]
    items: Sequence[OpenItem]
    unallocated: Mapping[str, Money]


@dataclass(frozen=True, slots=True)
class Allotment:
    """What of a payment or credit was put to one invoice."""

    number: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Line:
    """A movement of the period with the balance after it.

    A correction was booked after the last statement with a day that one covers.
    `allotments` are of a payment or credit, as of the statement's end; what was
    neither put to an invoice nor taken back by then is `unallocated`.
    """

    date: datetime.date
    kind: str
    number: str
    text: str
    amount: Money
    balance: Money
    of: str
    correction: bool = False
    allotments: Sequence[Allotment] = ()
    unallocated: Money | None = None


@dataclass(frozen=True, slots=True)
class Previous:
    """The issued statement that this one goes on from: the day before it starts."""

    pk: int
    number: str
    end: datetime.date


@dataclass(frozen=True, slots=True)
class Earlier:
    """Open invoices that are not listed: how many, and what is open on them."""

    count: int
    open: Money


@dataclass(frozen=True, slots=True)
class Section:
    """The statement in one currency.

    The movements are named as accountants sum them: a reversed payment lowers
    `paid`, a reversed credit note `credited`, a reversed write-off `written_off`.
    A discount counts in `credited`: it lowers the price, as a credit note does.
    `charged` are reminder fees and interest that payments paid: open ones are no part
    of the account.
    """

    currency: str
    opening: Money
    invoiced: Money
    refunded: Money
    charged: Money
    credited: Money
    paid: Money
    written_off: Money
    closing: Money
    unallocated: Money
    lines: Sequence[Line]
    items: Sequence[OpenItem]
    earlier: Earlier
    ageing: Ageing
    # What accounts of other clients brought in that were merged into this one.
    merged: Money
    # What was disputed of the listed invoices, by number.
    disputed: Mapping[str, Money]
    # The balance without anything that is disputed, listed or not.
    payable: Money

    @property
    def corrections(self) -> Sequence[Line]:
        """Booked since the last statement with a day that it covers."""
        return [line for line in self.lines if line.correction]

    @property
    def movements(self) -> Sequence[Line]:
        """The lines of the period itself."""
        return [line for line in self.lines if not line.correction]

    @property
    def total(self) -> Money:
        """The listed invoices together."""
        return total((item.total for item in self.items), self.currency)

    @property
    def settled(self) -> Money:
        """What had been settled of the listed invoices."""
        return total((item.settled for item in self.items), self.currency)

    @property
    def open(self) -> Money:
        """What was open on the listed invoices."""
        return total((item.open for item in self.items), self.currency)


@dataclass(frozen=True, slots=True)
class StatementOfAccount:
    """One client's statement: its parameters, and a section for each currency.

    `known` is how far the ledger was known: the client's last entry by table.
    """

    start: date
    end: date
    kind: str
    unpaid_only: bool
    sections: Sequence[Section]
    previous: Previous | None = None
    known: Mapping[str, int] = field(default_factory=dict)


def build_statement(
    extract: Extract,
    *,
    start: date,
    end: date,
    kind: str,
    unpaid_only: bool,
    currency: str,
) -> StatementOfAccount:
    """The statement of the period, the client's own `currency` first.

    A currency without movement, balance, open item or credit is left out; where
    nothing is left, one empty section says so. Raises StatementImbalance.
    """
    sections = [
        _section(extract, code, start, end, kind, unpaid_only)
        for code in _currencies(extract, currency)
    ]
    return StatementOfAccount(start, end, kind, unpaid_only, sections)


def _currencies(extract: Extract, own: str) -> list[str]:
    used = {movement.amount.currency.code for movement in extract.movements}
    used |= {item.currency for item in extract.items}
    for amounts in (extract.opening, extract.closing, extract.unallocated):
        used |= {code for code, amount in amounts.items() if amount}
    return sorted(used, key=lambda code: (code != own, code)) or [own]


def _section(
    extract: Extract, code: str, start: date, end: date, kind: str, unpaid_only: bool
) -> Section:
    movements = sorted(
        (m for m in extract.movements if m.amount.currency.code == code),
        key=lambda movement: movement.order,
    )
    items = sorted(
        (item for item in extract.items if item.currency == code),
        key=lambda item: (item.issued_on, item.number),
    )
    opened = [item for item in items if item.open]
    listed = _listed(items, start, kind, unpaid_only)
    shown = {item.invoice_id for item in listed}
    missing = [item for item in opened if item.invoice_id not in shown]
    opening = extract.opening.get(code, zero(code))
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
        closing=extract.closing.get(code, zero(code)),
        unallocated=unallocated,
        lines=_lines(opening, movements),
        items=listed,
        earlier=Earlier(len(missing), total((item.open for item in missing), code)),
        ageing=age_items(opened, unallocated, code, end),
        merged=_sum(movements, "merged", code),
        disputed={},
        payable=max(zero(code), extract.closing.get(code, zero(code))),
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


def _lines(opening: Money, movements: Sequence[Movement]) -> list[Line]:
    balances = accumulate((m.amount for m in movements), initial=opening)
    next(balances)
    return [
        Line(m.date, m.kind, m.number, m.text, m.amount, balance, m.of)
        for m, balance in zip(movements, balances, strict=True)
    ]


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
