"""Reads which letters are to be printed and posted, and how delivery stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from delivery.models import Document, Message
from dunning.facts.freshness import changes_of
from dunning.facts.undelivered import undelivered
from dunning.models import Arrival

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from dunning.models import Notice, Run
    from dunning.rules.freshness import Change

State = Message.State
UNDER_WAY = {State.QUEUED, State.CLAIMED, State.HANDING}


@dataclass(frozen=True, slots=True)
class ToPost:
    """A letter that needs paper: its client has no mailbox, or none that works."""

    notice: Notice
    undelivered: bool
    changes: list[Change]


@dataclass(frozen=True, slots=True)
class DeliveryCounts:
    """How many letters of a run went which way."""

    sent: int
    unsent: int
    waiting: int
    unknown: int
    undelivered: int
    to_post: int
    posted: int
    withdrawn: int


def to_post(run: Run) -> QuerySet[Notice]:
    """Letters of a run without a mailbox, or whose e-mail did not arrive.

    Neither those posted already or withdrawn, nor those whose next e-mail is on its
    way.
    """
    return _to_post(run, undelivered(run.notices.order_by().values("number")))


def letters_to_post(run: Run, today: date) -> list[ToPost]:
    """Those letters, each with what changed since it was issued."""
    rows = to_post(run).select_related("client", "run")
    found = list(rows.defer("opening", "closing", "body"))
    changes = changes_of(found, today)
    return [ToPost(notice, bool(notice.email), changes[notice.pk]) for notice in found]


def posted_letters(run: Run) -> QuerySet[Arrival]:
    """The letters of a run that were posted, with day and person."""
    rows = Arrival.objects.filter(notice__run=run, how=Arrival.How.POST)
    return rows.select_related("notice__client", "person").order_by("notice")


def delivery_counts(run: Run) -> DeliveryCounts:
    """How far the letters of a run have got, with six queries."""
    numbers = run.notices.order_by().values("number")
    lost = undelivered(numbers)
    mails = Message.objects.filter(kind=Document.Kind.NOTICE, number__in=numbers)
    states = dict(
        mails.exclude(number__in=lost)
        .order_by()
        .values_list("state")
        .annotate(letters=Count("number", distinct=True))
    )
    posted = posted_letters(run).order_by()
    return DeliveryCounts(
        sent=states.get(State.SENT, 0),
        unsent=_unsent(run, mails).count(),
        waiting=sum(states.get(state, 0) for state in UNDER_WAY),
        unknown=states.get(State.UNKNOWN, 0),
        undelivered=len(lost),
        to_post=_to_post(run, lost).count(),
        posted=posted.count(),
        withdrawn=run.notices.filter(withdrawal__isnull=False).count(),
    )


def _unsent(run: Run, mails: QuerySet[Message]) -> QuerySet[Notice]:
    """Letters with a mailbox that nobody has sent or posted yet."""
    posted = Arrival.objects.filter(notice__run=run, how=Arrival.How.POST)
    return (
        run.notices.filter(withdrawal=None)
        .exclude(email="")
        .exclude(number__in=mails.order_by().values("number"))
        .exclude(pk__in=posted.values("notice"))
    )


def _to_post(run: Run, lost: set[str]) -> QuerySet[Notice]:
    posted = Arrival.objects.filter(notice__run=run, how=Arrival.How.POST)
    again = Message.objects.filter(
        kind=Document.Kind.NOTICE, number__in=lost, state__in=UNDER_WAY
    )
    return (
        run.notices.filter(Q(email="") | Q(number__in=lost), withdrawal=None)
        .exclude(pk__in=posted.values("notice"))
        .exclude(number__in=again.values("number"))
        .order_by("pk")
    )
