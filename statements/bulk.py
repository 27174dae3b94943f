"""Reads what the pages show of statements for many clients."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from billing.rules.money import zero
from clients.facts import recipients
from clients.models import Purpose
from delivery.facts import undelivered, unfinished_jobs
from delivery.models import Document, Job, JobItem, Message
from statements.models import Batch, Schedule
from statements.rules.orders import Order
from statements.rules.schedule import next_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from django.db.models import QuerySet
    from moneyed import Money

    from clients.models import Client
    from statements.turning import Turn


# So many of the last batches of schedules are shown.
LATELY = 24


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


class Papers(StrEnum):
    """Which statements of a job are printed."""

    UNSENT = "unsent"
    UNDELIVERED = "undelivered"
    ALL = "all"


def papers(job: Job, which: Papers = Papers.ALL) -> QuerySet[Document]:
    """The statements a job has made; those no e-mail carries, or none that arrived."""
    numbers = JobItem.objects.filter(job=job).exclude(result="").values("result")
    kept = Document.objects.filter(kind=Document.Kind.STATEMENT, number__in=numbers)
    mailed = Message.objects.filter(kind=Document.Kind.STATEMENT)
    if which == Papers.UNSENT:
        kept = kept.exclude(number__in=mailed.values("number"))
    elif which == Papers.UNDELIVERED:
        lost = undelivered().filter(kind=Document.Kind.STATEMENT)
        kept = kept.filter(number__in=lost.values("number"))
    return kept.order_by("client__number", "number")


def order_of(batch: Batch) -> Order:
    """What is held, without the clients that were left out by hand."""
    left = batch.left_out.order_by("client").values_list("client", flat=True)
    return Order.of(batch.wanted | {"without": list(left)})


def held_batches() -> QuerySet[Batch]:
    """What waits to be released, the oldest period first."""
    found = Batch.objects.filter(state=Batch.State.HELD)
    return found.select_related("schedule", "created_by").order_by("end", "pk")


def last_batches() -> QuerySet[Batch]:
    """What schedules prepared lately, the newest first."""
    found = Batch.objects.exclude(schedule=None).order_by("-end", "-pk")
    return found.select_related("schedule", "decided_by")[:LATELY]


def schedules_with_next(today: date) -> list[tuple[Schedule, date | None, date | None]]:
    """Each schedule with the day it comes next, and the period's end."""
    return [
        (
            schedule,
            *(
                next_day(schedule.rhythm, schedule.days_after, today)
                if schedule.active
                else (None, None)
            ),
        )
        for schedule in Schedule.objects.all()
    ]


def sums(found: Iterable[Addressed]) -> list[Money]:
    """The closing balances of all, currency by currency."""
    by_code: dict[str, Money] = {}
    for row in found:
        for closing in row.turn.closing:
            code = closing.currency.code
            by_code[code] = by_code.get(code, zero(code)) + closing
    return [by_code[code] for code in sorted(by_code)]
