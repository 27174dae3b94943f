"""Reads what the pages show of statements for many clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from clients.facts import recipients
from clients.models import Purpose
from delivery.facts import unfinished_jobs
from delivery.models import Document, Job, JobItem, Message

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.db.models import QuerySet

    from clients.models import Client
    from statements.turning import Turn


class Addressed(NamedTuple):
    """A client whose turn it is or not, and the address its statements go to."""

    turn: Turn
    email: str

    @property
    def client(self) -> Client:
        """As tables ask for it."""
        return self.turn.client


def addressed(turns: Sequence[Turn]) -> list[Addressed]:
    """Each with its address, with one query for all."""
    mailboxes = recipients((turn.client for turn in turns), Purpose.STATEMENT)
    return [Addressed(turn, mailboxes[turn.client.pk].email) for turn in turns]


def under_way() -> QuerySet[Job]:
    """The jobs that issue statements right now."""
    return (
        unfinished_jobs().filter(kind=Job.Kind.STATEMENTS).select_related("created_by")
    )


def under_way_for(end: date, request_key: str) -> Job | None:
    """Somebody else's job for the same day, if it is not over."""
    others = under_way().exclude(key=job_key(request_key))
    return others.filter(about__end=end.isoformat()).first()


def job_key(request_key: str) -> str:
    """The key of the job that a request makes."""
    return f"statements:{request_key}"


def mailing(job: Job) -> Job | None:
    """The e-mails with what a job has made."""
    return Job.objects.filter(key=f"{Job.Kind.EMAILS}:{job.key}").first()


def papers(job: Job, *, unsent_only: bool = False) -> QuerySet[Document]:
    """The statements a job has made; or those of them that no e-mail carries."""
    numbers = JobItem.objects.filter(job=job).exclude(result="").values("result")
    kept = Document.objects.filter(kind=Document.Kind.STATEMENT, number__in=numbers)
    if unsent_only:
        mailed = Message.objects.filter(kind=Document.Kind.STATEMENT)
        kept = kept.exclude(number__in=mailed.values("number"))
    return kept.order_by("client__number", "number")
