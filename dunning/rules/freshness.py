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
    REMINDED_AGAIN = "reminded_again"
    CREDIT_CAME = "credit_came"


class LastPart(NamedTuple):
    """What settled a part of an invoice last, and its day."""

    by: str
    on: date


@dataclass(frozen=True, slots=True)
class Claim:
    """An invoice as a letter claims it, and as it stands now.

    `later` is the number of a reminder that was issued since.
    """

    number: str
    claimed: Money
    open: Money
    part: LastPart | None = None
    blocks: tuple[Block, ...] = ()
    later: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter with its claims, and the client's credits not put to any invoice.

    `came_in` are those booked since it was issued, `left` is all that is left now.
    """

    claims: tuple[Claim, ...]
    came_in: Money
    left: Money


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
    opened = total((claim.open for claim in letter.claims), letter.left.currency.code)
    detail = {"open": plain(opened), "credit": plain(letter.left)}
    if opened.amount > 0 and letter.left >= opened:
        found.append(Change(Turn.STOPPED, "", detail, Reason.COVERED_BY_CREDIT))
    elif letter.came_in.amount > 0:
        credit = {"credit": plain(letter.came_in), "currency": opened.currency.code}
        found.append(Change(Turn.CREDIT_CAME, "", credit))
    return found


def _change_of(claim: Claim) -> Change | None:
    if claim.open < claim.claimed:
        return _settled(claim)
    if claim.blocks:
        worst = min(claim.blocks, key=lambda block: PRECEDENCE[block.reason])
        return Change(Turn.STOPPED, claim.number, worst.detail, worst.reason)
    if claim.later:
        return Change(Turn.REMINDED_AGAIN, claim.number, {"later": claim.later})
    return None


def _settled(claim: Claim) -> Change:
    detail: Detail = {
        "was": plain(claim.claimed),
        "open": plain(claim.open),
        "currency": claim.open.currency.code,
        "by": claim.part.by if claim.part else "",
        "on": claim.part.on.isoformat() if claim.part else "",
    }
    turn = Turn.LESS_OPEN if claim.open.amount > 0 else Turn.SETTLED
    return Change(turn, claim.number, detail)
