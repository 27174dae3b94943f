"""Reads which letters are to be printed and posted, and how delivery stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from delivery.models import Document, Message
from dunning.facts.freshness import changes_of
from dunning.facts.undelivered import undelivered
from dunning.models import Arrival, Channel

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from dunning.models import Notice, Run
    from dunning.rules.freshness import Change

State = Message.State
# By e-mail only where there is an address; without one every letter goes by post.
BY_MAIL = ~Q(email="") & ~Q(channel=Channel.POST)
BY_POST = Q(email="") | Q(channel__in=[Channel.POST, Channel.BOTH])


def by_mail(notice: Notice) -> bool:
    """Whether a letter goes by e-mail: it is meant to, and there is an address."""
    return bool(notice.email) and notice.channel != Channel.POST


@dataclass(frozen=True, slots=True)
class ToPost:
    """A letter that needs paper.

    It was meant to go by post, its client has no mailbox, or none that works.
    """

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
    # Whose e-mail a person cancelled, and nobody has posted it.
    held_back: int


def to_post(run: Run) -> QuerySet[Notice]:
    """Letters of a run that go by post, or whose e-mail did not arrive.

    Neither those posted already or withdrawn, nor those whose next e-mail is on its
    way.
    """
    return _to_post(run, undelivered(run.notices.order_by().values("number")))


def letters_to_post(run: Run, today: date) -> list[ToPost]:
    """Those letters, each with what changed since it was issued."""
    lost = undelivered(run.notices.order_by().values("number"))
    rows = _to_post(run, lost).select_related("client", "run")
    found = list(rows.defer("opening", "closing", "body"))
    changes = changes_of(found, today)
    return [
        ToPost(notice, notice.number in lost, changes[notice.pk]) for notice in found
    ]


def posted_letters(run: Run) -> QuerySet[Arrival]:
    """The letters of a run that were posted, with day and person."""
    rows = Arrival.objects.filter(notice__run=run, how=Arrival.How.POST)
    return rows.select_related("notice__client", "person").order_by("notice")


def delivery_counts(run: Run) -> DeliveryCounts:
    """How far the letters of a run have got, with seven queries."""
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
        waiting=sum(states.get(state, 0) for state in Message.UNFINISHED),
        unknown=states.get(State.UNKNOWN, 0),
        undelivered=len(lost),
        to_post=_to_post(run, lost).count(),
        posted=posted.count(),
        withdrawn=run.notices.filter(withdrawal__isnull=False).count(),
        held_back=_held_back(run, mails).count(),
    )


def _unsent(run: Run, mails: QuerySet[Message]) -> QuerySet[Notice]:
    """Letters to be e-mailed that nobody has sent or posted yet."""
    posted = Arrival.objects.filter(notice__run=run, how=Arrival.How.POST)
    return (
        run.notices.filter(BY_MAIL, withdrawal=None)
        .exclude(number__in=mails.order_by().values("number"))
        .exclude(pk__in=posted.values("notice"))
    )


def _held_back(run: Run, mails: QuerySet[Message]) -> QuerySet[Notice]:
    """Letters that would go by e-mail alone, all of whose e-mails were cancelled."""
    posted = Arrival.objects.filter(notice__run=run, how=Arrival.How.POST)
    others = mails.order_by().exclude(state=State.CANCELLED)
    return (
        run.notices.filter(
            number__in=mails.order_by().filter(state=State.CANCELLED).values("number"),
            withdrawal=None,
        )
        .exclude(BY_POST)
        .exclude(number__in=others.values("number"))
        .exclude(pk__in=posted.values("notice"))
    )


def _to_post(run: Run, lost: set[str]) -> QuerySet[Notice]:
    posted = Arrival.objects.filter(notice__run=run, how=Arrival.How.POST)
    again = Message.objects.filter(
        kind=Document.Kind.NOTICE, number__in=lost, state__in=Message.UNFINISHED
    )
    stranded = Q(number__in=lost) & ~Q(number__in=again.values("number"))
    return (
        run.notices.filter(BY_POST | stranded, withdrawal=None)
        .exclude(pk__in=posted.values("notice"))
        .order_by("pk")
    )
