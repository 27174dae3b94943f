"""Reads the work in the background: what is under way, and how far."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils import timezone

from delivery.facts.standings import of_standing
from delivery.models import Job, JobItem, Message
from delivery.rules.progress import WINDOW, Counts, Progress, progress_of
from delivery.rules.tracking import Standing

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from typing import Any

    from django.db.models import QuerySet

ITEM_COUNTS = {
    JobItem.State.WAITING: "waiting",
    JobItem.State.CLAIMED: "under_way",
    JobItem.State.DONE: "done",
    JobItem.State.FAILED: "failed",
    JobItem.State.SKIPPED: "skipped",
    JobItem.State.CANCELLED: "cancelled",
}
MESSAGE_COUNTS = {
    Message.State.QUEUED: "waiting",
    Message.State.CLAIMED: "under_way",
    Message.State.HANDING: "under_way",
    Message.State.SENT: "done",
    Message.State.FAILED: "failed",
    Message.State.UNKNOWN: "unknown",
    Message.State.CANCELLED: "cancelled",
    Message.State.OVERTAKEN: "skipped",
}


def unfinished_jobs() -> QuerySet[Job]:
    """What waits or is under way, the oldest first."""
    return Job.objects.filter(state__in=Job.UNFINISHED).order_by("pk")


def progress(job: Job) -> Progress:
    """How far a job is."""
    return progress_of_jobs([job])[job.pk]


def progress_of_jobs(jobs: Collection[Job]) -> dict[int, Progress]:
    """How far each of the jobs is, with two queries for all."""
    now = timezone.now()
    keys = [job.pk for job in jobs]
    items = JobItem.objects.filter(job__in=keys).order_by()
    messages = Message.objects.filter(job__in=keys).order_by()
    since = now - timedelta(seconds=WINDOW)
    counts: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    lately: dict[int, int] = defaultdict(int)
    for rows, names, ended in (
        (items, ITEM_COUNTS, Q(finished_at__gt=since)),
        (messages, MESSAGE_COUNTS, Q(sent_at__gt=since)),
    ):
        for job, state, count, recent in counted(rows, ended):
            counts[job][names[state]] += count
            lately[job] += recent
    return {
        job.pk: progress_of(
            Counts(**counts[job.pk]),
            lately=lately[job.pk],
            seconds=(now - job.started_at).total_seconds() if job.started_at else None,
        )
        for job in jobs
    }


def reached(mailing: Job) -> dict[Standing, int]:
    """How many messages of a mailing got how far, those that none has left out."""
    asked = {str(name): Count("pk", filter=of_standing(name)) for name in Standing}
    found = Message.objects.filter(job=mailing).aggregate(**asked)
    return {name: found[name] for name in Standing if found[name]}


def counted(rows: QuerySet[Any], ended: Q) -> QuerySet[Any, Any]:
    """How many rows a job has in each state, and how many of them ended lately."""
    found: QuerySet[Any, Any] = rows.values_list("job_id", "state").annotate(
        count=Count("pk"), recent=Count("pk", filter=ended)
    )
    return found


def worked_since(job_id: int, at: datetime) -> bool:
    """Whether somebody is at the job, or has brought items to an end since."""
    under_way = Q(state=JobItem.State.CLAIMED, lease_until__gt=timezone.now())
    ended = Q(finished_at__gt=at)
    return JobItem.objects.filter(under_way | ended, job=job_id).exists()
