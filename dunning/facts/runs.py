"""Reads runs: what a draft would send now, and what runs come to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Count

from billing.models import exact_sum
from billing.rules.money import from_units, total, zero
from dunning.facts.planning import plan
from dunning.models import Notice, NoticeLine, Run, RunLine

if TYPE_CHECKING:
    from collections.abc import Collection

    from moneyed import Money

    from dunning.rules.plan import PlannedNotice, RunPlan


@dataclass(frozen=True, slots=True)
class Sums:
    """What the letters of a run ask for in one currency."""

    open: Money
    credit: Money
    fee: Money
    interest: Money
    lump_sum: Money
    earlier: Money
    total: Money


@dataclass(slots=True)
class RunTotals:
    """Letters and invoices of a run, invoices per level, sums per currency."""

    letters: int = 0
    invoices: int = 0
    levels: dict[int, int] = field(default_factory=dict)
    sums: dict[str, Sums] = field(default_factory=dict)


def draft_plan(run: Run, client: int | None = None) -> RunPlan:
    """What the ticked lines of a draft come to with what is known now.

    One client's letters depend on no other's: they can be asked for alone.
    """
    ticked = RunLine.objects.filter(run=run, selected=True)
    if client is not None:
        ticked = ticked.filter(client=client)
    invoices = ticked.values("invoice")
    return plan(run.run_on, policy=run.policy, invoices=invoices, run=run)


def run_totals(run: Run) -> RunTotals:
    """What a run comes to: of a draft, what issuing it now would send."""
    if run.state == Run.State.DRAFT:
        return plan_totals(draft_plan(run))
    return totals_of([run])[run.pk]


def plan_totals(plan: RunPlan) -> RunTotals:
    """What a plan comes to."""
    levels: dict[int, int] = defaultdict(int)
    for line in plan.proposed:
        levels[line.level.position] += 1
    letters: dict[str, list[PlannedNotice]] = defaultdict(list)
    for notice in plan.notices:
        letters[notice.dossier.currency].append(notice)
    return RunTotals(
        len(plan.notices),
        len(plan.proposed),
        dict(sorted(levels.items())),
        {code: _sums(found, code) for code, found in sorted(letters.items())},
    )


def _sums(letters: list[PlannedNotice], code: str) -> Sums:
    return Sums(
        total((letter.open for letter in letters), code),
        total((letter.credit for letter in letters), code),
        total((letter.fee for letter in letters), code),
        total((letter.interest for letter in letters), code),
        total((letter.lump_sum for letter in letters), code),
        total((letter.earlier for letter in letters), code),
        total((letter.total for letter in letters), code),
    )


def totals_of(runs: Collection[Run]) -> dict[int, RunTotals]:
    """Totals of many runs from their rows, with four queries: for lists.

    A draft's letters and fees are those of its last proposal.
    """
    found = {run.pk: RunTotals() for run in runs}
    _count_issued(found)
    _count_drafts(found)
    for totals in found.values():
        totals.invoices = sum(totals.levels.values())
    return found


def _count_issued(found: dict[int, RunTotals]) -> None:
    rows = Notice.objects.filter(run__in=found).order_by("currency")
    for run, code, letters, *units in rows.values_list("run_id", "currency").annotate(
        letters=Count("pk"),
        a=exact_sum("open"),
        b=exact_sum("credit"),
        c=exact_sum("fee"),
        d=exact_sum("interest"),
        e=exact_sum("lump_sum"),
        f=exact_sum("earlier"),
        g=exact_sum("total"),
    ):
        found[run].letters += letters
        found[run].sums[code] = Sums(*(from_units(part, code) for part in units))
    lines = NoticeLine.objects.filter(notice__run__in=found).order_by("level")
    for run, level, count in lines.values_list("notice__run_id", "level").annotate(
        count=Count("pk")
    ):
        found[run].levels[level] = count


def _count_drafts(found: dict[int, RunTotals]) -> None:
    lines = RunLine.objects.filter(
        run__in=found, run__state=Run.State.DRAFT, selected=True
    )
    for run, code, letters, *units in (
        lines.order_by("currency")
        .values_list("run_id", "currency")
        .annotate(
            letters=Count("client", distinct=True),
            a=exact_sum("open"),
            b=exact_sum("fee"),
            c=exact_sum("interest"),
        )
    ):
        opened, fee, interest = (from_units(part, code) for part in units)
        found[run].letters += letters
        found[run].sums[code] = Sums(
            opened,
            zero(code),
            fee,
            interest,
            zero(code),
            zero(code),
            opened + fee + interest,
        )
    for run, level, count in (
        lines.order_by("level")
        .values_list("run_id", "level")
        .annotate(count=Count("pk"))
    ):
        found[run].levels[level] = count
