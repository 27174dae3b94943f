"""Takes the turns that policies have by themselves, once a day whoever asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from delivery.facts.mailbox import sender_is_missing
from dunning.actions.guards import CautionRefusal, RunRefusal
from dunning.actions.letters import queue_letters
from dunning.actions.runs import issue_run, propose_run
from dunning.facts.scheduling import clients_of, due_policies
from dunning.models import Policy, Run, ScheduledDay
from dunning.rules.caution import Confirmation
from dunning.rules.schedule import Outcome

if TYPE_CHECKING:
    from datetime import date

    from dunning.facts.scheduling import Due


@dataclass(frozen=True, slots=True)
class Turn:
    """What a policy did on its day: a run, or why there is none or it waits."""

    day: ScheduledDay
    run: Run | None


def take_due_runs(today: date) -> list[Turn]:
    """One run for each policy whose day has come, proposed or issued and sent.

    However many clocks ask, and however often, each day is done once: its row is
    written in the transaction of its run.
    """
    turns = [_take(due, today) for due in due_policies(today)]
    return [turn for turn in turns if turn]


def _take(due: Due, today: date) -> Turn | None:
    """None where another clock was faster, or somebody is booking right now."""
    try:
        with transaction.atomic():
            day = ScheduledDay.objects.create(policy=due.policy, day=due.day)
            return _act(due.policy, day, today)
    except (IntegrityError, RunRefusal):
        return None


def _act(policy: Policy, day: ScheduledDay, today: date) -> Turn:
    if Run.objects.filter(state=Run.State.DRAFT, policy=policy).exists():
        return _ended(day, None, Outcome.DRAFT_WAITING)
    try:
        run = _propose(policy, day, today)
    except _NobodyToRemind:
        return _ended(day, None, Outcome.NOTHING)
    if policy.automation == Policy.Automation.PROPOSE:
        return Turn(day, run)
    return _issue(run, day)


def _propose(policy: Policy, day: ScheduledDay, today: date) -> Run:
    """The draft; none, and _NobodyToRemind, where it would be empty."""
    with transaction.atomic():
        run = propose_run(
            today,
            policy=policy,
            person=None,
            request_key=f"schedule-{day.pk}",
            clients=clients_of(policy),
            scheduled=day,
        )
        if not run.lines.filter(selected=True).exists():
            raise _NobodyToRemind
    return run


def _issue(run: Run, day: ScheduledDay) -> Turn:
    """Issue and send it, unless a person would be asked something first."""
    try:
        issue_run(run, None, Confirmation())
    except CautionRefusal as asked:
        old = "stale_reason" in asked.fields
        return _ended(day, run, Outcome.OLD_DATA if old else Outcome.LARGE)
    except RunRefusal:
        return _ended(day, run, Outcome.REFUSED)
    run.refresh_from_db()
    if sender_is_missing():
        return _ended(day, run, Outcome.NO_SENDER)
    queue_letters(run, None)
    return Turn(day, run)


def _ended(day: ScheduledDay, run: Run | None, outcome: Outcome) -> Turn:
    ScheduledDay.objects.filter(pk=day.pk).update(outcome=outcome)
    day.outcome = outcome
    return Turn(day, run)


class _NobodyToRemind(Exception):
    """The draft is empty: it is left without a trace."""
