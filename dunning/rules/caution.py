"""Before a run is issued: is it far larger than usual, is the bank's data old?"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median_low
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# So few letters are read through by whoever issues them.
FEW = 20
TIMES = 3
# A company that has never issued a run has no usual size.
FIRST = 200


@dataclass(frozen=True, slots=True)
class Cautions:
    """What a person has to say before this run may be issued.

    `usual` is how many letters a run has as a rule; 0 before the first one.
    """

    needs_reason: bool
    needs_count: bool
    usual: int

    def __bool__(self) -> bool:
        """Whether anything is to be said at all."""
        return self.needs_reason or self.needs_count


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What the person said: why in spite of old data, and how many letters."""

    stale_reason: str = ""
    typed_letters: int | None = None


def cautions(
    letters: int, recent: Sequence[int], bank_days: int | None, stale_after: int
) -> Cautions:
    """What is to be asked before so many letters are issued.

    `recent` are the letters of the last runs, `bank_days` the age of the newest bank
    data, None where there is none to be old.
    """
    usual = median_low(recent) if recent else 0
    bound = max(FEW, TIMES * usual) if recent else FIRST
    return Cautions(
        needs_reason=bank_days is not None and bank_days > stale_after,
        needs_count=letters > bound,
        usual=usual,
    )


def missing(asked: Cautions, given: Confirmation, letters: int) -> set[str]:
    """The fields of the confirmation that do not answer what is asked."""
    found = set()
    if asked.needs_reason and len(given.stale_reason.strip()) < 3:
        found.add("stale_reason")
    if asked.needs_count and given.typed_letters != letters:
        found.add("typed_letters")
    return found
