"""What a dunning decision needs to know, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from billing.rules.money import zero

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from moneyed import Money

    from billing.rules.items import Settlement


class Reason(StrEnum):
    """Why a late invoice is left out; the first that applies is given."""

    NO_POLICY = "no_policy"
    UNCOLLECTIBLE = "uncollectible"
    DISPUTED = "disputed"
    ON_HOLD = "on_hold"
    PROMISED = "promised"
    CLIENT_BLOCKED = "client_blocked"
    IN_ANOTHER_RUN = "in_another_run"
    DEADLINE_RUNNING = "deadline_running"
    LAST_LEVEL_REACHED = "last_level_reached"
    COVERED_BY_CREDIT = "covered_by_credit"
    BELOW_MINIMUM = "below_minimum"
    # Of lines that fell out between the proposal and its issue:
    PAID_SINCE = "paid_since"
    CHANGED = "changed"
    NOT_SELECTED = "not_selected"


PRECEDENCE = {reason: place for place, reason in enumerate(Reason)}

Detail = dict[str, Any]
"""Figures and dates that explain a reason, as plain JSON."""


@dataclass(frozen=True, slots=True)
class Text:
    """What a level says in one language, placeholders not yet filled."""

    title: str
    opening: str
    closing: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Level:
    """One step of a policy; fees and least amounts by currency."""

    position: int
    name: str
    grace_days: int = 0
    term_days: int = 10
    interest_rate: Decimal = Decimal(0)
    fees: Mapping[str, Money] = field(default_factory=dict)
    minimums: Mapping[str, Money] = field(default_factory=dict)
    texts: Mapping[str, Text] = field(default_factory=dict)
    legal_interest: bool = False
    lump_sum: bool = False
    fee_per: str = "letter"
    channel: str = "email"
    attach_invoices: bool = False

    def fee(self, currency: str) -> Money:
        """What a letter, or an invoice on it, costs at this level."""
        return self.fees.get(currency) or zero(currency)

    def minimum(self, currency: str) -> Money:
        """The least amount worth a letter of this level."""
        return self.minimums.get(currency) or zero(currency)


@dataclass(frozen=True, slots=True)
class Policy:
    """The levels in order of position, and how soon one may follow another.

    `fees_agreed`: the clients agreed to the fees with their amounts; without that
    none is owed in Switzerland. `grouping` is client, level or invoice; `weekdays`
    are ISO days as digits.
    """

    name: str
    levels: tuple[Level, ...]
    min_interval_days: int = 0
    grouping: str = "client"
    regime: str = "auto"
    day_count: str = "365"
    fees_agreed: bool = True
    working_days: bool = False
    automation: str = "off"
    weekdays: str = "1"
    skip_holidays: bool = True

    def after(self, position: int) -> Level | None:
        """The first level above; None when there is none left."""
        return next((lv for lv in self.levels if lv.position > position), None)


@dataclass(frozen=True, slots=True)
class Block:
    """Something that stands against a reminder, whatever the deadline."""

    reason: Reason
    detail: Detail = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OverdueItem:
    """An invoice past its due date: what is open, and where its reminders stand.

    `deadline_on` is that of the last reminder, or the due date before the first. Of
    what is open `disputed` is not claimed. `interest_settled` is what was paid or
    waived of interest charged before; the lump sum is charged once in a cycle.
    `no_fee` is why a person wants no fee on its letter.
    """

    invoice_id: int
    number: str
    issued_on: date
    due_on: date
    total: Money
    open: Money
    level: int
    deadline_on: date
    reminded_on: date | None = None
    blocks: tuple[Block, ...] = ()
    settlements: tuple[Settlement, ...] = ()
    cycle: int = 1
    disputed: Money | None = None
    interest_settled: Money | None = None
    lump_sum_charged: bool = False
    no_fee: str = ""

    @property
    def claimed(self) -> Money:
        """What is open and not disputed."""
        return self.open - self.disputed if self.disputed else self.open

    def days_overdue(self, on: date) -> int:
        """Days since the original due date."""
        return (on - self.due_on).days


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed with a client; empty and None: as the policy says."""

    channel: str = ""
    fees_agreed: bool | None = None
    agreed_rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Dossier:
    """A client in one currency: its late invoices, and credits not yet put to any.

    `earlier` are fees and lump sums of earlier letters that are still open.
    """

    client_id: int
    client_number: str
    client_name: str
    language: str
    currency: str
    credit: Money
    policy: Policy | None
    items: tuple[OverdueItem, ...]
    country: str = "CH"
    is_consumer: bool = False
    has_email: bool = True
    terms: Terms = Terms()
    earlier: Money | None = None
    version_id: int | None = None
