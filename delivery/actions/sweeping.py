"""Finds what was forgotten: the clock calls it every few seconds.

Workers die, queues lose pokes. What is to be done stands in our own rows, and
nothing here needs to know what happened to bring it on its way again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from delivery.actions.working import finish, take_back
from delivery.models import Job, JobItem
from delivery.poking import poke_job

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep found: items of dead workers, jobs ended, jobs poked."""

    items: int = 0
    finished: int = 0
    jobs: int = 0


def sweep(now: datetime) -> Swept:
    """Bring on its way again what was forgotten; twice does no more than once."""
    return Swept(
        items=take_back(now, JobItem.objects.all()),
        finished=finish(now, Job.objects.all()),
        jobs=poke_idle_jobs(now),
    )


def poke_idle_jobs(now: datetime) -> int:
    """Have workers take up the jobs that wait and that nobody is at; says how many."""
    items = JobItem.objects.filter(job=OuterRef("pk"))
    waits = Exists(items.filter(state=JobItem.State.WAITING))
    busy = Exists(items.filter(state=JobItem.State.CLAIMED))
    idle = Job.objects.filter(
        Q(state=Job.State.WAITING) | Q(waits, ~busy, state=Job.State.RUNNING)
    )
    found = list(idle.order_by("pk").values_list("pk", flat=True))
    for job_id in found:
        poke_job(job_id, at=now.isoformat())
    return len(found)
