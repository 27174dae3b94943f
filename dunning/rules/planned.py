"""What a run would do, as data: letters with their lines, and who is left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from moneyed import Money

    from dunning.rules.charges import Segment
    from dunning.rules.dossier import Detail, Dossier, Level, OverdueItem, Reason


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """An invoice that gains a level, and what is charged beside it.

    A fee for the letter stands on the first line of its level. `interest` is all
    that the segments come to, less what was paid or waived of it before.
    """

    dossier: Dossier
    item: OverdueItem
    level: Level
    deadline_on: date
    fee: Money
    interest: Money
    interest_days: int
    lump_sum: Money
    segments: tuple[Segment, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedNotice:
    """One letter: a client in one currency. Text, fee and term of its highest level.

    `part` tells it from the client's other letters where the policy writes one for
    each level ("L2") or invoice ("I371"). `open` is what is claimed of the invoices.
    """

    dossier: Dossier
    level: Level
    deadline_on: date
    lines: tuple[PlannedLine, ...]
    open: Money
    credit: Money
    fee: Money
    interest: Money
    total: Money
    lump_sum: Money
    earlier: Money
    channel: str
    attach_invoices: bool
    part: str = ""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A late invoice that is not reminded, and why."""

    dossier: Dossier
    item: OverdueItem
    reason: Reason
    detail: Detail


@dataclass(frozen=True, slots=True)
class RunPlan:
    """What a run on a day would do."""

    run_on: date
    notices: tuple[PlannedNotice, ...]
    excluded: tuple[Exclusion, ...]

    @property
    def proposed(self) -> list[PlannedLine]:
        """Every line of every letter, in the order of the letters."""
        return [line for notice in self.notices for line in notice.lines]
