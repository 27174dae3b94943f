"""The one place where a message becomes `sent`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate

from clients.models import Client
from delivery import owners
from delivery.actions.sealing import seal
from delivery.models import Message, Seal

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

State = Message.State


def mark_sent(
    message_id: int,
    *,
    now: datetime,
    carrier: str,
    carrier_id: str,
    before: Collection[str],
    attempt: int | None = None,
    note: str = "",
) -> bool:
    """The message has left; whether this call wrote it down.

    Its owner is told and the row is sealed in the same transaction. Only a message
    in one of the states `before` changes, and only of the given attempt: a sender
    that comes late does not speak for the next one.
    """
    rows = Message.objects.filter(pk=message_id, state__in=before)
    if attempt is not None:
        rows = rows.filter(attempts=attempt)
    with transaction.atomic():
        message = rows.defer("body", "html").first()
        if message is None:
            return False
        hold_client(message)
        marked = rows.update(
            state=State.SENT,
            sent_at=now,
            carrier=carrier,
            carrier_id=carrier_id[:200],
            error=note[:500],
            next_try_at=None,
            lease_until=None,
        )
        if marked:
            message.state, message.sent_at = State.SENT, now
            owners.tell_sent(message, localdate(now))
            seal(Seal.Kind.MESSAGE, message.pk)
    return bool(marked)


def hold_client(message: Message) -> None:
    """Whoever books holds the client first; the owner of a message may book."""
    if message.kind in settings.DOCUMENT_OWNERS:
        rows = Client.objects.select_for_update(no_key=True, of=("self",))
        rows.filter(pk=message.client_id).values_list("pk").first()
