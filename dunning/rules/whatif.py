"""How the run of a day differs between two sets of policies."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from billing.rules.money import total

if TYPE_CHECKING:
    from datetime import date

    from moneyed import Money

    from dunning.rules.dossier import Reason
    from dunning.rules.planned import RunPlan

Key = TypeVar("Key", int, "Reason")
CHARGED = ("fee", "interest", "lump_sum", "total")


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are, and how many more than before."""

    now: int
    change: int


@dataclass(frozen=True, slots=True)
class Sum:
    """How much it is, and how much more than before."""

    now: Money
    change: Money


@dataclass(frozen=True, slots=True)
class Difference:
    """What a run would do, and how that differs from before.

    Levels by position with the names they have; sums by currency: fee, interest,
    lump_sum and total.
    """

    run_on: date
    letters: Count
    levels: dict[int, Count]
    names: dict[int, str]
    sums: dict[str, dict[str, Sum]]
    excluded: dict[Reason, Count]


def difference(before: RunPlan, after: RunPlan) -> Difference:
    """Compare two plans of the same day."""
    levels = _counts(
        Counter(line.level.position for line in before.proposed),
        Counter(line.level.position for line in after.proposed),
    )
    excluded = _counts(
        Counter(line.reason for line in before.excluded),
        Counter(line.reason for line in after.excluded),
    )
    return Difference(
        after.run_on,
        Count(len(after.notices), len(after.notices) - len(before.notices)),
        levels,
        _names(before) | _names(after),
        _sums(before, after),
        excluded,
    )


def _counts(before: Counter[Key], after: Counter[Key]) -> dict[Key, Count]:
    keys = sorted(before.keys() | after.keys())
    return {key: Count(after[key], after[key] - before[key]) for key in keys}


def _names(plan: RunPlan) -> dict[int, str]:
    found: dict[int, set[str]] = defaultdict(set)
    for line in plan.proposed:
        found[line.level.position].add(line.level.name)
    return {position: " / ".join(sorted(names)) for position, names in found.items()}


def _sums(before: RunPlan, after: RunPlan) -> dict[str, dict[str, Sum]]:
    was, now = _charged(before), _charged(after)
    codes = sorted({code for code, _what in was.keys() | now.keys()})
    return {
        code: {
            what: _sum(was.get((code, what), []), now.get((code, what), []), code)
            for what in CHARGED
        }
        for code in codes
    }


def _charged(plan: RunPlan) -> dict[tuple[str, str], list[Money]]:
    found: dict[tuple[str, str], list[Money]] = defaultdict(list)
    for notice in plan.notices:
        for what in CHARGED:
            found[notice.dossier.currency, what].append(getattr(notice, what))
    return found


def _sum(before: list[Money], after: list[Money], code: str) -> Sum:
    now = total(after, code)
    return Sum(now, now - total(before, code))
