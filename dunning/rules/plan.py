"""The dunning decision: who is reminded of what, at which level, and who is not.

Every invoice past its due date with something open comes out exactly once: on a
letter, or left out with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from billing.rules.money import plain, total, zero
from dunning.rules.charges import interest, interest_segments
from dunning.rules.dossier import PRECEDENCE, Block, Detail, Reason
from dunning.rules.rates import Step

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from moneyed import Money

    from dunning.rules.dossier import Dossier, Level, OverdueItem, Policy


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """An invoice that gains a level. The fee stands on one line of its letter."""

    dossier: Dossier
    item: OverdueItem
    level: Level
    deadline_on: date
    fee: Money
    interest: Money
    interest_days: int


@dataclass(frozen=True, slots=True)
class PlannedNotice:
    """One letter: a client in one currency. Text, fee and term of its highest level."""

    dossier: Dossier
    level: Level
    deadline_on: date
    lines: tuple[PlannedLine, ...]
    open: Money
    credit: Money
    fee: Money
    interest: Money
    total: Money


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


Candidate = tuple["OverdueItem", "Level"]


def plan_run(dossiers: Iterable[Dossier], run_on: date) -> RunPlan:
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
        notice, left_out = _letter(dossier, candidates, run_on)
        excluded += left_out
        if notice:
            notices.append(notice)
    return RunPlan(run_on, tuple(notices), tuple(excluded))


def next_level(item: OverdueItem, policy: Policy | None, run_on: date) -> Level | Block:
    """The one level the invoice may gain on the day, or what stands against it."""
    if policy is None or not policy.levels:
        return Block(Reason.NO_POLICY)
    if item.blocks:
        return min(item.blocks, key=lambda block: PRECEDENCE[block.reason])
    level = policy.after(item.level)
    if run_on <= item.deadline_on:
        return _still_running(item, possible_on(item, level, policy))
    if level is None:
        return Block(Reason.LAST_LEVEL_REACHED, {"level": item.level})
    possible = possible_on(item, level, policy)
    if run_on < possible:
        return _still_running(item, possible)
    return level


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


def _letter(
    dossier: Dossier, candidates: list[Candidate], run_on: date
) -> tuple[PlannedNotice | None, list[Exclusion]]:
    """The letter, if it claims something, and at least the minimum of its level.

    When it claims less, the invoices of that level are left out and the letter of
    the others is tried again: a trifle at a high level silences no other invoice.
    """
    left_out: list[Exclusion] = []
    while candidates:
        opened = total((item.open for item, _level in candidates), dossier.currency)
        highest = max((level for _item, level in candidates), key=_position)
        refused = _too_little(dossier, opened, highest)
        if refused is None:
            return _notice(dossier, candidates, opened, highest, run_on), left_out
        whole = refused.reason == Reason.COVERED_BY_CREDIT
        left_out += [
            Exclusion(dossier, item, refused.reason, refused.detail)
            for item, level in candidates
            if whole or level is highest
        ]
        candidates = [
            pair for pair in candidates if not whole and pair[1] is not highest
        ]
    return None, left_out


def _too_little(dossier: Dossier, opened: Money, highest: Level) -> Block | None:
    net, minimum = opened - dossier.credit, highest.minimum(dossier.currency)
    if net.amount > 0 and net >= minimum:
        return None
    detail = {"open": plain(opened), "credit": plain(dossier.credit)}
    if net.amount <= 0:
        return Block(Reason.COVERED_BY_CREDIT, detail)
    return Block(Reason.BELOW_MINIMUM, detail | {"minimum": plain(minimum)})


def _notice(
    dossier: Dossier,
    candidates: list[Candidate],
    opened: Money,
    highest: Level,
    run_on: date,
) -> PlannedNotice:
    deadline_on = run_on + timedelta(days=highest.term_days)
    fee, nothing = highest.fee(dossier.currency), zero(dossier.currency)
    bears_fee = next(item for item, level in candidates if level is highest)
    lines = tuple(
        PlannedLine(
            dossier,
            item,
            level,
            deadline_on,
            fee if item is bears_fee else nothing,
            *_interest(item, level, run_on, nothing),
        )
        for item, level in candidates
    )
    charged = sum((line.interest for line in lines if line.interest_days), nothing)
    return PlannedNotice(
        dossier,
        highest,
        deadline_on,
        lines,
        opened,
        dossier.credit,
        fee,
        charged,
        opened - dossier.credit + fee + charged,
    )


def _position(level: Level) -> int:
    return level.position


def _interest(
    item: OverdueItem, level: Level, run_on: date, nothing: Money
) -> tuple[Money, int]:
    if not level.interest_rate:
        return nothing, 0
    steps = (Step(item.due_on, level.interest_rate),)
    segments = interest_segments(
        item.total, item.settlements, steps, item.due_on, run_on
    )
    return interest(segments, nothing), sum(segment.days for segment in segments)
