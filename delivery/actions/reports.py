"""Writes down what a provider reports of our messages: late, twice, in any order."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from delivery import owners
from delivery.actions.marking import hold_client, mark_sent
from delivery.actions.sealing import seal
from delivery.models import Message, MessageEvent, Seal
from delivery.rules.tracking import LEFT, REFUSED, flag_of

if TYPE_CHECKING:
    from datetime import datetime

State = Message.State
# Whoever reports of one of these knows better than we do.
DOUBTED = (State.QUEUED, State.CLAIMED, State.HANDING, State.UNKNOWN, State.FAILED)
# A clock that is wrong by more is not believed.
AHEAD, BEHIND = timedelta(days=1), timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Report:
    """What a provider says of one message, in Anymail's words."""

    provider: str
    kind: str
    happened_at: datetime | None = None
    event_id: str = ""
    # Our own name for the message, where the provider gives it back.
    ours: str = ""
    # The provider's name for it.
    theirs: str = ""
    recipient: str = ""
    reason: str = ""

    @property
    def key(self) -> str:
        """What tells the report from all others of the provider."""
        if self.event_id and len(self.event_id) <= 200:
            return self.event_id
        when = self.happened_at.isoformat() if self.happened_at else ""
        said = [self.event_id, self.kind, when, self.ours, self.theirs]
        text = json.dumps([*said, self.recipient, self.reason])
        return sha256(text.encode()).hexdigest()


def note_report(report: Report, now: datetime) -> MessageEvent:
    """Write a report down, once, and what it says of its message.

    One about mail that this database did not send is kept as an orphan. The same
    reports leave the same message, whatever their order and however often they came.
    """
    with transaction.atomic():
        message = message_of(report)
        if message:
            hold_client(message)
        event, new = MessageEvent.objects.get_or_create(
            provider=report.provider,
            event_key=report.key,
            defaults={
                "message": message,
                "kind": report.kind[:20],
                "recipient": report.recipient[:254],
                "reason": report.reason[:500],
                "happened_at": believed(report.happened_at, now),
            },
        )
        if new:
            if message:
                apply(event, message, report)
            seal(Seal.Kind.EVENT, event.pk)
    return event


def message_of(report: Report) -> Message | None:
    """The message that a report is about: by our name for it, then by theirs."""
    rows = Message.objects.defer("body", "html").order_by("pk")
    theirs = report.theirs.strip()
    found = rows.filter(message_id=report.ours).first() if report.ours else None
    if found or not theirs:
        return found
    return (
        rows.filter(carrier_id=theirs, carrier=report.provider).first()
        or rows.filter(message_id__in=[theirs, f"<{theirs}>"]).first()
    )


def apply(event: MessageEvent, message: Message, report: Report) -> None:
    """Set the flag, tell the owner, and put right what we thought of the message."""
    if flag := flag_of(event.kind):
        note_first(message.pk, f"{flag}_at", event.happened_at)
    if event.kind == "delivered":
        owners.tell_sent(message, localdate(event.happened_at))
    if event.kind in LEFT:
        mark_sent(
            message.pk,
            now=message.claimed_at or event.happened_at,
            carrier=report.provider,
            carrier_id=report.theirs or message.carrier_id,
            before=DOUBTED,
        )
    elif event.kind in REFUSED:
        refuse(message)


def note_first(pk: int, field: str, at: datetime) -> None:
    """Keep the earlier of two times: no order of reports makes a difference."""
    later = Q(**{field: None}) | Q(**{f"{field}__gt": at})
    Message.objects.filter(later, pk=pk).update(**{field: at})


def refuse(message: Message) -> None:
    """The provider has not sent an unknown message: it may be sent again safely."""
    Message.objects.filter(pk=message.pk, state=State.UNKNOWN).update(
        state=State.FAILED, error=_("The provider refused the message.")
    )


def believed(at: datetime | None, now: datetime) -> datetime:
    """When it happened; now, where that is not said or cannot be."""
    if at is None or not now - BEHIND <= at <= now + AHEAD:
        return now
    return at
