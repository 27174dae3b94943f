"""Reads what policies do by themselves: when, for whom, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Max, Q, QuerySet
from django.utils.timezone import localdate

from clients.models import Client
from dunning.facts.holidays import company_holidays
from dunning.models import Policy, PolicyVersion, Run, ScheduledDay
from dunning.rules.schedule import LOOK_BACK, due_day

if TYPE_CHECKING:
    from datetime import date

    from dunning.rules.policy import Document


class Due(NamedTuple):
    """A policy that has something to do today, and the day it was due."""

    policy: Policy
    day: date


def due_policies(today: date) -> list[Due]:
    """Policies whose turn has come and was not taken; missed days give one turn."""
    acting = Policy.objects.exclude(automation=Policy.Automation.OFF)
    rows = acting.annotate(done_on=Max("days__day")).order_by("pk")
    due = ((policy, _due(policy, policy.done_on, today)) for policy in rows)
    return [Due(policy, day) for policy, day in due if day]


def clients_of(policy: Policy) -> QuerySet[Client, int]:
    """The keys of the clients whose policy it is, by choice or as the default one."""
    whose = Q(dunning_terms__policy=policy)
    if policy.is_default:
        whose |= Q(dunning_terms=None) | Q(dunning_terms__policy=None)
    return Client.objects.filter(whose).order_by().values_list("pk", flat=True)


def waiting_proposals() -> QuerySet[Run]:
    """Runs that a schedule proposed and nobody has issued or discarded."""
    drafts = Run.objects.filter(state=Run.State.DRAFT).exclude(scheduled=None)
    return drafts.select_related("policy", "scheduled").order_by("pk")


def last_turns(policy: Policy, count: int = 10) -> QuerySet[ScheduledDay]:
    """The last days on which a policy had its turn, the newest first."""
    return policy.days.select_related("run").order_by("-day")[:count]


def _due(policy: Policy, done_on: date | None, today: date) -> date | None:
    holidays = (
        company_holidays(today - LOOK_BACK, today)
        if policy.skip_holidays
        else frozenset()
    )
    day = due_day(today, policy.weekdays, holidays, done_on)
    return day if day and day >= _in_force_since(policy, today) else None


def _in_force_since(policy: Policy, today: date) -> date:
    """The day its schedule was set as it is now: no day before that was missed."""
    now = _schedule(
        {
            "automation": policy.automation,
            "weekdays": [int(day) for day in policy.weekdays],
        }
    )
    since = today
    rows = PolicyVersion.objects.filter(policy=policy).order_by("-position")
    for content, at in rows.values_list("content", "created_at").iterator():
        if _schedule(content) != now:
            break
        since = localdate(at)
    return since


def _schedule(content: Document) -> tuple[str, list[int]]:
    return content.get("automation", "off"), content.get("weekdays", [1])
