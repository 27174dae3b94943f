"""Compares a letter with the ledger of the moment in which it would leave."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from billing.rules.money import plain, total
from dunning.rules.dossier import PRECEDENCE, Block, Reason

if TYPE_CHECKING:
    from datetime import date

    from moneyed import Money

    from dunning.rules.dossier import Detail


class Turn(StrEnum):
    """How a letter, or an invoice on it, turned out otherwise than it says."""

    SETTLED = "settled"
    LESS_OPEN = "less_open"
    STOPPED = "stopped"
    PART_DISPUTED = "part_disputed"
    REMINDED_AGAIN = "reminded_again"
    LEVEL_SET = "level_set"
    CHARGED_LESS = "charged_less"
    CREDIT_CAME = "credit_came"


class LastPart(NamedTuple):
    """What settled a part of an invoice last, and its day."""

    by: str
    on: date


@dataclass(frozen=True, slots=True)
class Claim:
    """An invoice as a letter claims it, and as it stands now.

    What was disputed when the letter was written is not in `claimed`; `disputed` is
    what is now. `later` is the number of a reminder that was issued since, `level` the
    one that a person set since.
    """

    number: str
    claimed: Money
    open: Money
    part: LastPart | None = None
    blocks: tuple[Block, ...] = ()
    later: str = ""
    was_disputed: Money | None = None
    disputed: Money | None = None
    level: int | None = None

    @property
    def rest(self) -> Money:
        """What is open, without what was disputed when the letter was written."""
        return self.open - self.was_disputed if self.was_disputed else self.open

    @property
    def owed(self) -> Money:
        """What may be claimed now."""
        return self.open - self.disputed if self.disputed else self.open


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter with its claims, and the client's credits not put to any invoice.

    `came_in` are those booked since it was issued, `left` is what is left now and
    stands on no other letter. Of the fees and interest it asks for, `charged`, the
    part `given_up` was paid, waived or withdrawn since.
    """

    claims: tuple[Claim, ...]
    came_in: Money
    left: Money
    charged: Money | None = None
    given_up: Money | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is no longer as the letter says; without number: all of it."""

    turn: Turn
    number: str
    detail: Detail
    reason: Reason | None = None


def changes(letter: Letter) -> list[Change]:
    """What speaks against sending the letter now; nothing: it may leave.

    An invoice of which more is open than is claimed is no reason: what the letter
    asks for is owed.
    """
    found = [
        change for claim in letter.claims if (change := _change_of(claim)) is not None
    ]
    if not letter.claims:
        return found
    found += _charges(letter)
    opened = total((claim.owed for claim in letter.claims), letter.left.currency.code)
    detail = {"open": plain(opened), "credit": plain(letter.left)}
    if opened.amount > 0 and letter.left >= opened:
        found.append(Change(Turn.STOPPED, "", detail, Reason.COVERED_BY_CREDIT))
    elif letter.came_in.amount > 0:
        credit = {"credit": plain(letter.came_in), "currency": opened.currency.code}
        found.append(Change(Turn.CREDIT_CAME, "", credit))
    return found


def _charges(letter: Letter) -> list[Change]:
    """Fees and interest are a reason when less of them is owed than is asked for."""
    if not letter.charged or not letter.given_up or letter.given_up.amount <= 0:
        return []
    detail: Detail = {
        "was": plain(letter.charged),
        "open": plain(letter.charged - letter.given_up),
        "currency": letter.charged.currency.code,
    }
    return [Change(Turn.CHARGED_LESS, "", detail)]


def _change_of(claim: Claim) -> Change | None:
    if claim.rest < claim.claimed:
        return _settled(claim)
    if claim.blocks:
        worst = min(claim.blocks, key=lambda block: PRECEDENCE[block.reason])
        return Change(Turn.STOPPED, claim.number, worst.detail, worst.reason)
    if claim.owed < claim.claimed:
        return _disputed(claim)
    if claim.later:
        return Change(Turn.REMINDED_AGAIN, claim.number, {"later": claim.later})
    if claim.level is not None:
        return Change(Turn.LEVEL_SET, claim.number, {"level": claim.level})
    return None


def _disputed(claim: Claim) -> Change:
    detail: Detail = {
        "was": plain(claim.claimed),
        "open": plain(claim.owed),
        "disputed": plain(claim.open - claim.owed),
        "currency": claim.open.currency.code,
    }
    return Change(Turn.PART_DISPUTED, claim.number, detail)


def _settled(claim: Claim) -> Change:
    detail: Detail = {
        "was": plain(claim.claimed),
        "open": plain(max(claim.rest, claim.rest * 0)),
        "currency": claim.open.currency.code,
        "by": claim.part.by if claim.part else "",
        "on": claim.part.on.isoformat() if claim.part else "",
    }
    turn = Turn.LESS_OPEN if claim.open.amount > 0 else Turn.SETTLED
    return Change(turn, claim.number, detail)
