"""Reads the outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Func,
    Max,
    Q,
)
from django.db.models.lookups import GreaterThan

from delivery.models import Message

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

State = Message.State


class Unsorted(Func):
    """A key as a mere number, so that no database walks a large table along it.

    SQLite does not know how few messages wait. It would read all that were ever sent,
    in the order of a key, in place of those in the index `message_waiting`.
    """

    template = "(%(expressions)s + 0)"
    output_field = BigIntegerField()


class UnderWay(Func):
    """A sender has it; word for word what the index `message_under_way` says."""

    template = "(%(expressions)s IN ('claimed', 'handing'))"
    output_field = BooleanField()


def under_way() -> QuerySet[Message]:
    """The messages that senders have taken."""
    return Message.objects.filter(UnderWay("state"))


def due_messages(now: datetime, limit: int | None = None) -> list[int]:
    """Keys of the messages to send now, oldest first; those without document wait."""
    waiting = Message.objects.filter(due(now), state=State.QUEUED)
    return list(waiting.order_by(Unsorted("pk")).values_list("pk", flat=True)[:limit])


def waiting() -> int:
    """How many messages stand in the outbox, whether their time has come or not."""
    return Message.objects.filter(state=State.QUEUED).count()


def due(now: datetime) -> Q:
    """Complete, and its time to be tried has come."""
    complete = Q(GreaterThan(Unsorted("document"), 0))
    return complete & (Q(next_try_at=None) | Q(next_try_at__lte=now))


def next_occasion(message: Message, recipient: str = "") -> int:
    """The number of the next time the same document goes to a recipient.

    It is the message's own if no other is given.
    """
    same = Message.objects.filter(
        kind=message.kind,
        number=message.number,
        recipient=recipient or message.recipient,
    )
    return int(same.aggregate(last=Max("occasion"))["last"] or 0) + 1
