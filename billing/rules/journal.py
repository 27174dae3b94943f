"""The journal for the general ledger: what each movement is booked to.

Every entry takes one amount from one account to another, so what is debited is
credited, in each document and currency. Amounts are never negative: a credit note
is the entry of its invoice the other way round. What stands on the account of
receivables in the end is what the clients owe.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from moneyed import Money

from billing.rules.money import round_money, total, zero

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Ledger:
    """The accounts; `sales_of` those of VAT codes that have one of their own."""

    receivables: str
    bank: str
    sales: str
    vat: str
    discount: str
    loss: str
    difference: str
    charges: str
    rounding: str
    dunning: str
    online: str
    sales_of: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Share:
    """What a bill comes to at one VAT rate."""

    code: str
    net: Money
    vat: Money

    @property
    def gross(self) -> Money:
        """With its VAT."""
        return self.net + self.vat


@dataclass(frozen=True, slots=True)
class Booking:
    """A movement as the journal needs it.

    `kind` is invoice, credit_note, payment, discount, write_off, refund, reversal
    or charge (reminder fees and interest that were paid; less than zero where that is
    taken back). `shares` are those of the bill, or of the bill a discount is given on;
    `bank` the ledger account of the bank account, if known; `online`: the money is, or
    was, with the provider of payments online; `of` is what a reversal takes back.
    """

    kind: str
    on: date
    document: str
    client: str
    text: str
    amount: Money
    booked_at: datetime | None = None
    shares: Sequence[Share] = ()
    rounding: Money | None = None
    bank: str = ""
    online: bool = False
    charges: Money | None = None
    cause: str = ""
    of: Booking | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal: `account` is debited, `counter_account` credited.

    `vat_amount` is the VAT that belongs to a net amount; the VAT itself is an
    entry of its own, with the code and no `vat_amount`.
    """

    on: date
    document: str
    account: str
    counter_account: str
    amount: Money
    vat_code: str
    vat_amount: Money | None
    text: str
    client: str
    booked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Leg:
    """What an account gets; more than zero where it raises what the client owes."""

    account: str
    amount: Money
    vat_code: str = ""
    vat: Money | None = None


def entries(booking: Booking, ledger: Ledger) -> list[Entry]:
    """The entries of a movement, in the order of its VAT rates; none of nothing."""
    found = []
    for leg in legs(booking, ledger):
        if not leg.amount:
            continue
        sides = (ledger.receivables, leg.account)
        debit, credit = sides if leg.amount.amount > 0 else sides[::-1]
        found.append(
            Entry(
                booking.on,
                booking.document,
                debit,
                credit,
                abs(leg.amount),
                leg.vat_code,
                None if leg.vat is None else abs(leg.vat),
                booking.text,
                booking.client,
                booking.booked_at,
            )
        )
    return found


def legs(booking: Booking, ledger: Ledger) -> list[Leg]:
    """What stands against receivables; the sum is what the client owes more."""
    if booking.kind == "invoice":
        return _billed(booking, ledger)
    if booking.kind == "credit_note":
        return [_negative(leg) for leg in _billed(booking, ledger)]
    if booking.kind == "refund":
        return [Leg(_money_account(booking, ledger), booking.amount)]
    if booking.kind == "charge":
        # Damages for being late: no VAT on them, and income of another kind.
        return [Leg(ledger.dunning, booking.amount)]
    if booking.kind == "reversal" and booking.of:
        return _taken_back(booking.amount, booking.of, ledger)
    return [_negative(leg) for leg in _settled(booking, ledger)]


def split(amount: Money, weights: Sequence[Money]) -> list[Money]:
    """The amount in parts as the weights are, which together are the amount exactly."""
    whole = sum(weight.amount for weight in weights)
    parts, done, behind = [], zero(amount.currency.code), zero(amount.currency.code)
    for weight in weights:
        behind += weight
        # The division comes last: a half must stay one.
        share = amount.amount * behind.amount / whole
        upto = round_money(Money(share, amount.currency))
        parts.append(upto - done)
        done = upto
    return parts


def _billed(booking: Booking, ledger: Ledger) -> list[Leg]:
    """Sales and VAT at each rate, and the rounding; without a bill, all is sales."""
    if not booking.shares:
        return [Leg(ledger.sales, booking.amount)]
    found = []
    for share in booking.shares:
        sales = ledger.sales_of.get(share.code) or ledger.sales
        found += [
            Leg(sales, share.net, share.code, share.vat),
            Leg(ledger.vat, share.vat, share.code),
        ]
    if booking.rounding:
        found.append(Leg(ledger.rounding, booking.rounding))
    return found


def _settled(booking: Booking, ledger: Ledger) -> list[Leg]:
    if booking.kind == "write_off":
        is_loss = booking.cause != "difference"
        account = ledger.loss if is_loss else ledger.difference
        return [Leg(account, booking.amount)]
    if booking.kind == "discount":
        return _discounted(booking, ledger)
    charges = booking.charges or zero(booking.amount.currency.code)
    return [
        Leg(_money_account(booking, ledger), booking.amount - charges),
        Leg(ledger.charges, charges),
    ]


def _money_account(booking: Booking, ledger: Ledger) -> str:
    """Where the money came in, or went out."""
    return booking.bank or (ledger.online if booking.online else ledger.bank)


def _discounted(booking: Booking, ledger: Ledger) -> list[Leg]:
    """A discount lowers the VAT too: its share at each rate of the bill."""
    weights = [share.gross for share in booking.shares]
    if not total(weights, booking.amount.currency.code):
        return [Leg(ledger.discount, booking.amount)]
    found = []
    parts = split(booking.amount, weights)
    for share, part in zip(booking.shares, parts, strict=True):
        if not share.gross:
            continue
        of_it = part.amount * share.vat.amount / share.gross.amount
        vat = round_money(Money(of_it, part.currency))
        found += [
            Leg(ledger.discount, part - vat, share.code, vat),
            Leg(ledger.vat, vat, share.code),
        ]
    return found


def _taken_back(amount: Money, of: Booking, ledger: Ledger) -> list[Leg]:
    """What a movement was booked to, the other way round; a part of it in part."""
    there = legs(of, ledger)
    if amount == of.amount:
        return [_negative(leg) for leg in there]
    back = split(amount, [leg.amount for leg in there])
    return [
        Leg(leg.account, part, leg.vat_code)
        for leg, part in zip(there, back, strict=True)
    ]


def _negative(leg: Leg) -> Leg:
    vat = None if leg.vat is None else -leg.vat
    return Leg(leg.account, -leg.amount, leg.vat_code, vat)
