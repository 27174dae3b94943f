"""Policies and runs for the tests that use the database."""

from __future__ import annotations

from datetime import datetime
from itertools import count

import time_machine
from django.utils import timezone

from dunning.actions.policies import load_policy
from dunning.actions.runs import issue_run, propose_run
from dunning.rules.policy import read_policy
from tests.make import day

keys = count(1)

EXAMPLE_2 = [
    {"name": "Rappel de paiement", "grace_days": 5, "term_days": 10},
    {"name": "1re relance", "grace_days": 5, "term_days": 10},
    {"name": "2e relance", "grace_days": 3, "term_days": 10},
]


def policy(levels=EXAMPLE_2, name="Standard", default=True, **given):
    reading = read_policy({"name": name, "levels": levels} | given)
    assert not reading.problems, reading.problems
    return load_policy(reading.policy, default=default)


def propose(on, *, person=None, key="", policy=None):
    return propose_run(
        day(on), policy=policy, person=person, request_key=key or f"k{next(keys)}"
    )


def issue(on, *, person=None):
    """Propose and issue everything of a day."""
    return issue_run(propose(on), person)


def issue_then(on, *, person=None):
    """The same, on that very day: its letters leave from then on."""
    noon = timezone.make_aware(datetime.fromisoformat(f"{on} 12:00"))
    with time_machine.travel(noon):
        return issue(on, person=person)


def lines(run):
    """What stands in a run: the level or the reason of each invoice."""
    return {
        line.invoice.number: line.reason or line.level
        for line in run.lines.select_related("invoice")
    }


def ticked(run):
    return sorted(run.lines.filter(selected=True).values_list("invoice__number", flat=True))  # fmt: skip
