"""Writes the lines of a run: as proposed, and as they stand when it is issued."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Max

from billing.models import Allocation
from billing.rules.money import money, plain
from clients.bulk import insert_rows
from dunning import facts
from dunning.facts.planning import conditions
from dunning.models import RunLine
from dunning.rules.dossier import Reason
from dunning.rules.plan import plan_run

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from decimal import Decimal

    from dunning.models import Run
    from dunning.rules.dossier import Detail, Dossier
    from dunning.rules.plan import Exclusion, PlannedLine, RunPlan


class Row(NamedTuple):
    """A line as it is stored."""

    run_id: int
    invoice_id: int
    client_id: int
    currency: str
    open: Decimal
    days_overdue: int
    level: int
    deadline_on: date | None
    fee: Decimal
    interest: Decimal
    selected: bool
    reason: str
    detail: Detail
    no_fee: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A ticked line that turned out otherwise than proposed, and why."""

    invoice_id: int
    number: str
    reason: Reason
    detail: Detail


def write_lines(run: Run, plan: RunPlan) -> None:
    """One line for every late invoice of the plan; the proposed ones ticked."""
    rows = [_proposed(run, line) for line in plan.proposed]
    _insert(rows + [_excluded(run, left_out) for left_out in plan.excluded])


def settle_lines(run: Run) -> tuple[RunPlan, list[Changed], list[Changed]]:
    """Decide on the ticked lines of a draft again, and bring its lines up to date.

    Gives the plan to issue, the lines dropped, and those of another amount. A line
    that would now gain another level than was proposed is dropped, too.
    """
    lines = RunLine.objects.filter(run=run, selected=True)
    before = {
        row.invoice_id: row for row in map(Row._make, lines.values_list(*Row._fields))
    }
    found = facts.dossiers(
        run.run_on, policy=run.policy, invoices=lines.values("invoice"), run=run
    )
    plan, other_level = _same_levels(found, before, run.run_on)
    after = {line.item.invoice_id: _proposed(run, line) for line in plan.proposed}
    gone = before.keys() - after.keys()
    reasons = _reasons(plan, other_level, before, _paid_on(gone))
    numbers = dict(
        lines.filter(invoice__in=gone).values_list("invoice_id", "invoice__number")
    )
    dropped = [Changed(pk, numbers[pk], *reasons[pk]) for pk in sorted(gone)]
    changed = [
        _new_amount(line, before[line.item.invoice_id])
        for line in plan.proposed
        if line.item.claimed.amount != before[line.item.invoice_id].open
    ]
    details = {line.invoice_id: line.detail for line in changed}
    _replace(
        run,
        [
            before[line.invoice_id]._replace(
                selected=False, reason=str(line.reason), detail=line.detail
            )
            for line in dropped
        ]
        + [
            row._replace(detail=row.detail | details.get(pk, {}))
            for pk, row in after.items()
            if row != before[pk]
        ],
    )
    RunLine.objects.filter(run=run, selected=False, reason="").update(
        reason=Reason.NOT_SELECTED
    )
    return plan, dropped, changed


def _same_levels(
    dossiers: list[Dossier], before: dict[int, Row], run_on: date
) -> tuple[RunPlan, set[int]]:
    """The plan without the invoices that would gain a level not proposed."""
    usual = conditions(run_on, dossiers)
    plan = plan_run(dossiers, run_on, usual)
    other = {
        line.item.invoice_id
        for line in plan.proposed
        if line.level.position != before[line.item.invoice_id].level
    }
    if other:
        rest = [
            replace(
                dossier,
                items=tuple(i for i in dossier.items if i.invoice_id not in other),
            )
            for dossier in dossiers
        ]
        plan = plan_run(rest, run_on, usual)
    return plan, other


def _paid_on(gone: Collection[int]) -> dict[int, date | None]:
    """The day of the last payment or credit of invoices that fell out."""
    parts = Allocation.objects.filter(
        invoice__in=gone, releases=None, released_by=None
    ).order_by()
    days = parts.values_list("invoice_id").annotate(last=Max("credit__dated_on"))
    return dict.fromkeys(gone) | dict(days)


def _reasons(
    plan: RunPlan,
    other_level: set[int],
    before: dict[int, Row],
    gone: dict[int, date | None],
) -> dict[int, tuple[Reason, Detail]]:
    found: dict[int, tuple[Reason, Detail]] = {
        pk: (Reason.CHANGED, {"level": before[pk].level}) for pk in other_level
    }
    found |= {e.item.invoice_id: (e.reason, e.detail) for e in plan.excluded}
    for pk, on in gone.items():
        was = plain(money(before[pk].open, before[pk].currency))
        paid = {"was": was} | ({"on": on.isoformat()} if on else {})
        found.setdefault(pk, (Reason.PAID_SINCE, paid))
    return found


def _new_amount(line: PlannedLine, before: Row) -> Changed:
    was = plain(money(before.open, before.currency))
    return Changed(
        line.item.invoice_id,
        line.item.number,
        Reason.CHANGED,
        {"was": was, "open": plain(line.item.claimed)},
    )


def _proposed(run: Run, line: PlannedLine) -> Row:
    return Row(
        run.pk,
        line.item.invoice_id,
        line.dossier.client_id,
        line.dossier.currency,
        line.item.claimed.amount,
        line.item.days_overdue(run.run_on),
        line.level.position,
        line.deadline_on,
        line.fee.amount,
        line.interest.amount,
        selected=True,
        reason="",
        detail=_disputed(line),
        no_fee=line.item.no_fee,
    )


def _disputed(line: PlannedLine) -> Detail:
    part = line.item.disputed
    return {"disputed": plain(part)} if part else {}


def _excluded(run: Run, left_out: Exclusion) -> Row:
    nothing = left_out.item.open.amount * 0
    return Row(
        run.pk,
        left_out.item.invoice_id,
        left_out.dossier.client_id,
        left_out.dossier.currency,
        left_out.item.open.amount,
        left_out.item.days_overdue(run.run_on),
        0,
        None,
        nothing,
        nothing,
        selected=False,
        reason=str(left_out.reason),
        detail=left_out.detail,
        no_fee="",
    )


def _replace(run: Run, rows: list[Row]) -> None:
    """Write lines again, all in two statements however many they are."""
    if rows:
        RunLine.objects.filter(
            run=run, invoice__in=[row.invoice_id for row in rows]
        ).delete()
        _insert(rows)


def _insert(rows: list[Row]) -> None:
    insert_rows(RunLine, Row._fields, rows)
