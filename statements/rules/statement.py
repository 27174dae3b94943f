"""What a statement of account is made of: opening, movements, closing, what is open."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from billing.rules.money import total

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
    something open at its end, all with what was open on that day. `corrections` come
    between the opening balance and the period. By the number of a credit: what of it
    was put to invoices (`allotments`), and what was taken back of it (`taken`).
    `disputed` is by invoice (id), nothing for the whole of it.
    """

    opening: Mapping[str, Money]
    closing: Mapping[str, Money]
    movements: Sequence[Movement]
    items: Sequence[OpenItem]
    unallocated: Mapping[str, Money]
    corrections: Sequence[Movement] = ()
    allotments: Mapping[str, Sequence[Allotment]] = field(default_factory=dict)
    taken: Mapping[str, Money] = field(default_factory=dict)
    disputed: Mapping[int, Money | None] = field(default_factory=dict)


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
