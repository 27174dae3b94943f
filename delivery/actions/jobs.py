"""Starts, cancels and repeats mass work; the workers are in `working`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from delivery.models import Job, JobItem, Message
from delivery.poking import poke_job, poke_mail

if TYPE_CHECKING:
    from collections.abc import Mapping

State = Job.State


class JobRefusal(Exception):
    """A job that is not in the state for what was asked; the text says why."""


def start_job(kind: str, key: str, about: Mapping[str, Any], person: Any) -> Job:
    """The job of this key, made if it is not there; in the caller's transaction.

    One of kind `emails` has nothing to list: its messages are written with it.
    """
    now = timezone.now()
    begun = {"state": State.RUNNING, "listed_at": now, "started_at": now}
    job, made = Job.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "about": dict(about),
            "created_by": person,
            **(begun if kind == Job.Kind.EMAILS else {}),
        },
    )
    if made:
        poke(job)
    return job


def mailing_of(job: Job) -> Job | None:
    """The mailing of what the job makes, open for more; None: it was cancelled.

    It may have been over already: what the job had made till then was sent.
    """
    about = {**job.about, "of": job.kind, "job": job.pk}
    key = f"{Job.Kind.EMAILS}:{job.key}"
    mailing = start_job(Job.Kind.EMAILS, key, about, job.created_by)
    if mailing.state == State.DONE:
        over = Job.objects.filter(pk=mailing.pk, state=State.DONE)
        over.update(state=State.RUNNING, finished_at=None)
        mailing.refresh_from_db()
    return mailing if mailing.state == State.RUNNING else None


def cancel_job(job: Job, person: Any) -> None:
    """Begin nothing more of the job; what is done stays. Raises JobRefusal.

    What a worker is at right now it may finish; the rest of its batch it gives up.
    """
    now = timezone.now()
    with transaction.atomic():
        moved = Job.objects.filter(pk=job.pk, state__in=Job.UNFINISHED).update(
            state=State.CANCELLED, cancelled_by=person, finished_at=now
        )
        if not moved:
            raise JobRefusal(_("The work was over already."))
        JobItem.objects.filter(job=job, state=JobItem.State.WAITING).update(
            state=JobItem.State.CANCELLED, finished_at=now
        )
        Message.objects.filter(job=job, state=Message.State.QUEUED).update(
            state=Message.State.CANCELLED, next_try_at=None
        )


def try_again(job: Job) -> int:
    """Take up once more what failed or was cancelled; says how many items."""
    with transaction.atomic():
        found = JobItem.objects.filter(
            job=job, state__in=[JobItem.State.FAILED, JobItem.State.CANCELLED]
        )
        count = found.update(
            state=JobItem.State.WAITING, attempts=0, note="", finished_at=None
        )
        listed = Job.objects.filter(pk=job.pk).exclude(kind=Job.Kind.EMAILS)
        over = listed.filter(state__in=[State.DONE, State.CANCELLED])
        unlisted = over.filter(listed_at=None).update(
            state=State.WAITING, finished_at=None, cancelled_by=None
        )
        if not count and not unlisted:
            raise JobRefusal(_("There is nothing to try again."))
        over.update(state=State.RUNNING, finished_at=None, cancelled_by=None)
        poke(job)
    return count


def poke(job: Job) -> None:
    """Have somebody work on it."""
    if job.kind == Job.Kind.EMAILS:
        poke_mail()
    else:
        poke_job(job.pk)
