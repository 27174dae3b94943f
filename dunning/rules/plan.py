"""The dunning decision: who is reminded of what, at which level, and who is not.

Every invoice past its due date with something open comes out exactly once: on a
letter, or left out with the reason.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from billing.rules.money import plain
from dunning.rules.dossier import PRECEDENCE, Block, Reason
from dunning.rules.letters import Conditions, letters
from dunning.rules.planned import Exclusion, PlannedLine, PlannedNotice, RunPlan

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from dunning.rules.dossier import Dossier, Level, OverdueItem, Policy
    from dunning.rules.letters import Candidate

__all__ = [
    "Conditions",
    "Exclusion",
    "PlannedLine",
    "PlannedNotice",
    "RunPlan",
    "next_level",
    "plan_run",
    "possible_on",
]

USUAL = Conditions()


def plan_run(
    dossiers: Iterable[Dossier], run_on: date, conditions: Conditions = USUAL
) -> RunPlan:
    """Decide for every late invoice; letters by client number, then currency.

    The outcome for one client depends on no other, nor on the order given.
    """
    notices: list[PlannedNotice] = []
    excluded: list[Exclusion] = []
    for dossier in sorted(dossiers, key=lambda d: (d.client_number, d.currency)):
        candidates: list[Candidate] = []
        for item in sorted(dossier.items, key=lambda i: (i.due_on, i.number)):
            if item.due_on >= run_on or item.open.amount <= 0:
                continue
            verdict = next_level(item, dossier.policy, run_on)
            if isinstance(verdict, Block):
                excluded.append(
                    Exclusion(dossier, item, verdict.reason, verdict.detail)
                )
            else:
                candidates.append((item, verdict))
        made, left_out = letters(dossier, candidates, run_on, conditions)
        excluded += left_out
        notices += made
    return RunPlan(run_on, tuple(notices), tuple(excluded))


def next_level(item: OverdueItem, policy: Policy | None, run_on: date) -> Level | Block:
    """The one level the invoice may gain on the day, or what stands against it."""
    if policy is None or not policy.levels:
        return Block(Reason.NO_POLICY)
    if blocks := _blocks(item):
        return min(blocks, key=lambda block: PRECEDENCE[block.reason])
    level = policy.after(item.level)
    if run_on <= item.deadline_on:
        return _still_running(item, possible_on(item, level, policy))
    if level is None:
        return Block(Reason.LAST_LEVEL_REACHED, {"level": item.level})
    possible = possible_on(item, level, policy)
    if run_on < possible:
        return _still_running(item, possible)
    return level


def _blocks(item: OverdueItem) -> tuple[Block, ...]:
    """What stands against it; a dispute of a part only where it covers all."""
    if item.claimed.amount > 0:
        return item.blocks
    covered = Block(Reason.DISPUTED, {"disputed": plain(item.open)})
    return (*item.blocks, covered)


def possible_on(item: OverdueItem, level: Level | None, policy: Policy) -> date:
    """The first day on which the next level may follow."""
    grace = level.grace_days if level else 0
    first = item.deadline_on + timedelta(days=grace + 1)
    if item.reminded_on is None:
        return first
    return max(first, item.reminded_on + timedelta(days=policy.min_interval_days))


def _still_running(item: OverdueItem, possible: date) -> Block:
    return Block(
        Reason.DEADLINE_RUNNING,
        {"deadline": item.deadline_on.isoformat(), "possible": possible.isoformat()},
    )
