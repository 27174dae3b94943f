"""Reads which letters left by e-mail and reached nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower

from delivery.facts.standings import IN_TROUBLE
from delivery.models import Document, Message
from dunning.models import Arrival

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

State = Message.State
Resolution = Message.Resolution
BOUNCED = Q(bounced_at__isnull=False) | Q(rejected_at__isnull=False)


def undelivered(
    numbers: Collection[str] | QuerySet[Any] | None = None,
) -> set[str]:
    """Numbers of the letters whose e-mail failed, bounced or was rejected.

    Until somebody settles it, another e-mail with the letter leaves, or it is
    posted. With one query; of all letters where none are named.
    """
    rows = in_trouble(numbers).filter(resolution__in=["", Resolution.RESENT])
    posted = Arrival.objects.filter(
        notice__number=OuterRef("number"), how=Arrival.How.POST
    )
    return set(
        rows.filter(~Exists(arrived(OuterRef("number"))), ~Exists(posted))
        .order_by()
        .values_list("number", flat=True)
    )


def arrived(number: OuterRef | str) -> QuerySet[Message]:
    """The e-mails that left with a letter, of which no bad news came."""
    return _arrived().filter(number=number)


def arrived_all(numbers: Collection[str]) -> QuerySet[Message]:
    """The e-mails that left with some letters, of which no bad news came."""
    return _arrived().filter(number__in=list(numbers))


def in_trouble(
    numbers: Collection[str] | QuerySet[Any] | None = None,
) -> QuerySet[Message]:
    """The e-mails with letters that failed, bounced or were rejected."""
    # Asked for by its kind itself, SQLite would read all mail of that kind.
    rows = Message.objects.alias(paper=Lower("kind")).filter(
        IN_TROUBLE, Q(state=State.FAILED) | BOUNCED, paper=Document.Kind.NOTICE
    )
    return rows if numbers is None else rows.filter(number__in=numbers)


def to_settle(numbers: Collection[str]) -> QuerySet[Message]:
    """E-mails with letters of which nobody knows, or that did not arrive, unsettled."""
    over = [State.SENT, State.FAILED, State.UNKNOWN]
    return Message.objects.filter(
        Q(state__in=[State.FAILED, State.UNKNOWN]) | BOUNCED,
        kind=Document.Kind.NOTICE,
        number__in=numbers,
        state__in=over,
        resolution="",
    )


def left_or_leaving(numbers: Collection[str] | QuerySet[Any]) -> QuerySet[Message]:
    """The e-mails with letters that have left, or may have: nobody takes them back."""
    gone = [State.SENT, State.HANDING, State.UNKNOWN]
    return Message.objects.filter(
        kind=Document.Kind.NOTICE, number__in=numbers, state__in=gone
    )


def _arrived() -> QuerySet[Message]:
    return Message.objects.filter(~BOUNCED, kind=Document.Kind.NOTICE, state=State.SENT)
