"""Whether work waits in vain: no worker runs, the clock is gone, mail is stopped.

Judged by our own rows, whatever carries the tasks: something is due, and nothing was
taken up or done meanwhile.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Exists, Q, Subquery
from django.utils import timezone

from billing.models import Bill
from delivery.facts import undelivered_count
from delivery.facts.outbox import due, under_way
from delivery.models import Document, Job, JobItem, MailService, Message

if TYPE_CHECKING:
    from django.db.models import QuerySet

State = Message.State
# Who works does something in this time, who waits longer waits in vain.
PATIENCE = timedelta(minutes=1)
# A paper is the clock's business after two minutes, and hopeless after many.
PAPERS_DUE, PAPERS_TRIED = timedelta(minutes=5), timedelta(minutes=30)
# The clock looks every few seconds for what was cut off.
CLOCK_PATIENCE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Standstill:
    """What stands still, and why mail does; all empty when everything moves."""

    work: bool = False
    clock: bool = False
    held_since: datetime | None = None
    held_why: str = ""
    paused_until: datetime | None = None
    last_error: str = ""
    # Messages that somebody has to deal with: the menu says how many.
    undelivered: int = 0

    @property
    def mail(self) -> str:
        """How the mail does, in one word for a monitor."""
        if self.held_since:
            return "held"
        return "paused" if self.paused_until else "ok"


def standstill(now: datetime) -> Standstill:
    """Look, with one query."""
    long_ago = now - PATIENCE
    cut_off = under_way().filter(lease_until__lt=now - CLOCK_PATIENCE)
    papers = Document.objects.order_by("-pk").values("created_at")[:1]
    row = MailService.objects.annotate(
        last_paper=Subquery(papers),
        moves=moves(now, long_ago),
        mail_waits=Exists(messages_waiting(long_ago)),
        work_waits=Exists(jobs_waiting(long_ago)) | Exists(papers_missing(now)),
        cut_off=Exists(cut_off),
        undelivered=undelivered_count(),
    ).first()
    if row is None:
        return Standstill()
    paused_until = row.paused_until if is_paused(row, now) else None
    stopped = row.held_since or paused_until
    waits = row.work_waits or (row.mail_waits and not stopped)
    return Standstill(
        work=bool(waits and not row.moves),
        clock=row.cut_off,
        held_since=row.held_since,
        held_why=row.held_why,
        paused_until=paused_until,
        last_error=row.last_error,
        undelivered=row.undelivered,
    )


def moves(now: datetime, long_ago: datetime) -> Q | Exists:
    """Whether somebody is at something, or was a moment ago."""
    unfinished = Job.objects.filter(state__in=Job.UNFINISHED)
    items = JobItem.objects.filter(job__in=unfinished)
    return (
        Q(last_sent_at__gt=long_ago)
        | Q(last_error_at__gt=long_ago)
        | Exists(under_way().filter(lease_until__gt=now))
        | Exists(items.filter(state=JobItem.State.CLAIMED, lease_until__gt=now))
        | Exists(items.filter(finished_at__gt=long_ago))
        | Q(last_paper__gt=long_ago)
    )


def messages_waiting(since: datetime) -> QuerySet[Message]:
    """Messages that could have left a while ago."""
    return Message.objects.filter(
        due(since), state=State.QUEUED, created_at__lt=since
    ).exclude(job__state=Job.State.CANCELLED)


def jobs_waiting(since: datetime) -> QuerySet[Job]:
    """Mass work that nobody has taken up, or that nobody goes on with."""
    return Job.objects.filter(
        Q(state=Job.State.WAITING)
        | Q(state=Job.State.RUNNING, items__state=JobItem.State.WAITING),
        created_at__lt=since,
    )


def papers_missing(now: datetime) -> QuerySet[Bill]:
    """Bills that were issued a while ago and have no paper yet.

    Of older ones it is not drawn for another reason, which the clock tells.
    """
    due = (now - PAPERS_TRIED, now - PAPERS_DUE)
    return Bill.objects.filter(document=None, created_at__range=due)


def is_paused(row: Any, now: datetime) -> bool:
    """Whether the mail server is in trouble and left alone for now."""
    return bool(row.paused_until and row.paused_until > now)


class Glance:
    """What this process saw last; it looks again after some seconds."""

    def __init__(self) -> None:
        self.seen = Standstill()
        self.until = 0.0

    def take(self) -> Standstill:
        """What is seen now, or was a moment ago."""
        if time.monotonic() >= self.until:
            self.until = time.monotonic() + settings.BANNER_SECONDS
            self.seen = standstill(timezone.now())
        return self.seen


glance = Glance()
