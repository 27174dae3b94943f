"""How far a job is, put together for a page: the job's own, or where it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from delivery.facts import progress, reached
from delivery.facts.jobs import ITEM_COUNTS
from delivery.job_tables import ITEM_COLOURS
from delivery.models import Job, JobItem, Message
from delivery.words import standing_colour, standing_name, why
from delivery.workers import address_of, item_address_of, title_of

if TYPE_CHECKING:
    from collections.abc import Iterator

# So many failures stand beside the bar; all of them stand in the list.
NAMED = 10


@dataclass(frozen=True, slots=True)
class Part:
    """So many of a job came so far, and where they are listed."""

    label: str
    count: int
    colour: str
    address: str


@dataclass(frozen=True, slots=True)
class Failure:
    """One that failed, why, and the page of what it is about."""

    label: str
    why: str
    address: str


def job_context(job: Job) -> dict[str, Any]:
    """What a template shows of a job and how far it is."""
    found = progress(job)
    moving = job.state in Job.UNFINISHED or found.counts.under_way > 0
    is_mailing = job.kind == Job.Kind.EMAILS
    return {
        "job": job,
        "title": title_of(job),
        "from_address": address_of(job),
        "progress": found,
        "moving": moving,
        "unfinished": job.state in Job.UNFINISHED,
        "parts": list(mail_parts(job) if is_mailing else item_parts(job, found.counts)),
        "failures": list(mail_failures(job) if is_mailing else item_failures(job)),
    }


def item_parts(job: Job, counts: Any) -> Iterator[Part]:
    """The items by what became of them."""
    for state, name in ITEM_COUNTS.items():
        if count := getattr(counts, name):
            address = f"{reverse('job', args=[job.pk])}?state={state}"
            yield Part(str(state.label), count, ITEM_COLOURS[state], address)


def mail_parts(job: Job) -> Iterator[Part]:
    """The messages by how far they got."""
    for name, count in reached(job).items():
        address = f"{reverse('job', args=[job.pk])}?state={name}"
        yield Part(standing_name(name), count, standing_colour(name), address)


def item_failures(job: Job) -> Iterator[Failure]:
    """The items that failed last."""
    failed = JobItem.objects.filter(job=job, state=JobItem.State.FAILED)
    for item in failed.order_by("-finished_at", "-pk")[:NAMED]:
        yield Failure(item.label, item.note, item_address_of(job, item))


def mail_failures(job: Job) -> Iterator[Failure]:
    """The messages that failed, or nobody knows of, the last ones."""
    bad = [Message.State.FAILED, Message.State.UNKNOWN]
    rows = Message.objects.filter(job=job, state__in=bad).order_by("-pk")
    for row in rows.defer("body", "html")[:NAMED]:
        yield Failure(row.recipient, why(row), reverse("message", args=[row.pk]))
