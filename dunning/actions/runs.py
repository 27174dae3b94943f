"""Proposes, issues and discards dunning runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from billing.models import Invoice
from dunning import facts
from dunning.actions.guards import (
    CautionRefusal,
    RunRefusal,
    lock_invoices,
    once,
    too_late,
)
from dunning.actions.letters import draw_letters
from dunning.actions.lines import settle_lines, write_lines
from dunning.actions.notices import write_notices
from dunning.actions.versions import keep_versions
from dunning.facts.caution import care_for
from dunning.models import Run, RunLine
from dunning.reasons import explain
from dunning.rules.caution import missing

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from dunning.actions.lines import Changed
    from dunning.models import Policy, ScheduledDay
    from dunning.rules.caution import Confirmation
    from dunning.rules.plan import RunPlan


@dataclass(frozen=True, slots=True)
class IssueResult:
    """What issuing did; `issued` is False where somebody had done it before.

    `dropped` names ticked lines that were not reminded, `changed` those reminded of
    another amount than was proposed.
    """

    run: Run
    issued: bool
    notices: int
    dropped: tuple[Changed, ...] = ()
    changed: tuple[Changed, ...] = ()


def propose_run(
    run_on: date,
    *,
    policy: Policy | None,
    person: Any,
    request_key: str,
    clients: Collection[int] | None = None,
    scheduled: ScheduledDay | None = None,
) -> Run:
    """A draft with a line for every late invoice: proposed, or left out and why.

    The same request (a double click, a browser that sends again) gets the same run.
    """

    def make() -> Run:
        late = Invoice.objects.filter(open__gt=0, due_on__lt=run_on)
        lock_invoices(late if clients is None else late.filter(client__in=clients))
        plan = facts.plan(run_on, policy=policy, clients=clients)
        run = _new_run(run_on, policy, person, request_key, scheduled)
        write_lines(run, plan)
        return run

    return once(request_key, make)


def raise_invoice(
    invoice: Invoice, run_on: date, *, person: Any, request_key: str
) -> Run:
    """Move one invoice one level up: a run of one, issued; RunRefusal says why not."""

    def make() -> Run:
        lock_invoices(Invoice.objects.filter(pk=invoice.pk))
        keep_versions()
        plan = facts.plan(run_on, invoices=[invoice.pk])
        if not plan.notices:
            raise RunRefusal(_why_not(invoice, run_on))
        return _issue_plan(plan, None, person, request_key)

    return once(request_key, make)


def remind_now(
    run_on: date,
    *,
    policy: Policy | None,
    clients: Collection[int] | None,
    person: Any,
    request_key: str,
) -> tuple[Run | None, RunPlan]:
    """Propose everything and issue it at once; no run where nobody is reminded."""
    plans: list[RunPlan] = []

    def make() -> Run:
        late = Invoice.objects.filter(open__gt=0, due_on__lt=run_on)
        lock_invoices(late if clients is None else late.filter(client__in=clients))
        keep_versions()
        plans.append(facts.plan(run_on, policy=policy, clients=clients))
        if not plans[0].notices:
            raise _NothingToDo
        return _issue_plan(plans[0], policy, person, request_key)

    try:
        run = once(request_key, make)
    except _NothingToDo:
        return None, plans[0]
    return run, plans[0]


def select_lines(run: Run, *, ticked: set[int], shown: set[int]) -> None:
    """Tick exactly these of the proposed invoices that were shown on the page."""
    with transaction.atomic():
        _draft(run)
        lines = RunLine.objects.filter(run=run, level__gt=0, reason="")
        lines.filter(invoice__in=shown & ticked, selected=False).update(selected=True)
        lines.filter(invoice__in=shown - ticked, selected=True).update(selected=False)


def select_all(run: Run, selected: bool) -> None:
    """Tick every proposed invoice of the draft, or none."""
    with transaction.atomic():
        _draft(run)
        RunLine.objects.filter(run=run, level__gt=0, reason="").exclude(
            selected=selected
        ).update(selected=selected)


def issue_run(
    run: Run, person: Any, confirmation: Confirmation | None = None
) -> IssueResult:
    """Write the letters of the ticked lines, all of them or none, exactly once.

    Everything is decided again with what is known now: lines that fell out meanwhile
    are dropped with their reason, changed amounts are taken as they are now. A second
    call changes nothing and gives the same run.

    Old bank data and a run far larger than usual ask for a confirmation
    (CautionRefusal names what is missing); without any, as from a command, nobody is
    asked.
    """
    try:
        with transaction.atomic():
            return _issue_draft(run, person, confirmation)
    except IntegrityError as error:
        raise RunRefusal(too_late()) from error


def discard_run(run: Run, person: Any) -> None:
    """Give a draft up; its invoices are free for another run."""
    with transaction.atomic():
        _draft(run)
        _close(run, Run.State.DISCARDED, person)


def _issue_draft(
    run: Run, person: Any, confirmation: Confirmation | None
) -> IssueResult:
    run.refresh_from_db(from_queryset=Run.objects.select_for_update(of=("self",)))
    if run.state == Run.State.ISSUED:
        return IssueResult(run, issued=False, notices=run.notices.count())
    if run.state == Run.State.DISCARDED:
        raise RunRefusal(_("The run has been discarded."))
    ticked = RunLine.objects.filter(run=run, selected=True)
    if not ticked.exists():
        raise RunRefusal(_("Select at least one invoice."))
    lock_invoices(Invoice.objects.filter(pk__in=ticked.values("invoice")))
    keep_versions()
    plan, dropped, changed = settle_lines(run)
    if not plan.notices:
        why = "; ".join(sorted({explain(line.reason, line.detail) for line in dropped}))
        raise RunRefusal(_("Nothing is left to remind. %(why)s") % {"why": why})
    _take_care(run, len(plan.notices), confirmation)
    write_notices(run, plan)
    _close(run, Run.State.ISSUED, person)
    draw_letters(run, person)
    return IssueResult(
        run,
        issued=True,
        notices=len(plan.notices),
        dropped=tuple(dropped),
        changed=tuple(changed),
    )


def _take_care(run: Run, letters: int, confirmation: Confirmation | None) -> None:
    """Note how fresh the books are; refuse what a person has not confirmed."""
    care = care_for(letters, localdate())
    reason = ""
    if confirmation is not None:
        if lacking := missing(care.asked, confirmation, letters):
            raise CautionRefusal(lacking)
        reason = confirmation.stale_reason if care.asked.needs_reason else ""
    Run.objects.filter(pk=run.pk, state=Run.State.DRAFT).update(
        bank_on=care.bank_on, unmatched=care.unmatched, stale_reason=reason[:300]
    )


def _issue_plan(
    plan: RunPlan, policy: Policy | None, person: Any, request_key: str
) -> Run:
    run = _new_run(plan.run_on, policy, person, request_key)
    write_lines(run, plan)
    write_notices(run, plan)
    _close(run, Run.State.ISSUED, person)
    draw_letters(run, person)
    return run


def _new_run(
    run_on: date,
    policy: Policy | None,
    person: Any,
    request_key: str,
    scheduled: ScheduledDay | None = None,
) -> Run:
    return Run.objects.create(
        run_on=run_on,
        policy=policy,
        created_by=person,
        request_key=request_key,
        scheduled=scheduled,
    )


def _close(run: Run, state: Run.State, person: Any) -> None:
    """Leave the draft state, once; from here on the database refuses every change."""
    now = timezone.now()
    moved = Run.objects.filter(pk=run.pk, state=Run.State.DRAFT).update(
        state=state, issued_at=now, issued_by=person
    )
    if not moved:
        raise RunRefusal(too_late())
    run.state, run.issued_at, run.issued_by = state, now, person


def _draft(run: Run) -> None:
    """Hold the run for this transaction; RunRefusal when it is no draft any more."""
    found = Run.objects.select_for_update(of=("self",)).filter(pk=run.pk)
    if found.values_list("state", flat=True).first() != Run.State.DRAFT:
        raise RunRefusal(_("The run is no longer a draft."))


def _why_not(invoice: Invoice, run_on: date) -> str:
    step = facts.next_step(invoice, run_on)
    return explain(step.reason, step.detail) if step.reason else too_late()


class _NothingToDo(RunRefusal):
    """Nobody is to be reminded: the transaction is left without a trace."""
