"""Writes down what became of a message."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate

from clients.models import Client
from delivery import owners
from delivery.actions.claiming import let_go, ours
from delivery.actions.sealing import seal
from delivery.models import Message, Seal
from delivery.rules.retry import PAUSES, pause_after

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from delivery.verdicts import Verdict

State = Message.State
UNDER_WAY = [State.CLAIMED, State.HANDING, State.UNKNOWN]
# When the server was in trouble, whoever met it waits a little too.
FIRST_PAUSE = PAUSES[0]


class Marked(NamedTuple):
    """The state a message came to, and when it is tried again."""

    state: str
    next_try_at: datetime | None = None


def mark_sent(
    message_id: int,
    *,
    now: datetime,
    carrier: str,
    carrier_id: str,
    before: Collection[str],
    claimed: Message | None = None,
    note: str = "",
) -> bool:
    """The message has left; whether this call wrote it down.

    Its owner is told and the row is sealed in the same transaction. Only a message
    in one of the states `before` changes, and only by the claim that was given: a
    sender that comes late does not speak for the next one.
    """
    message = (
        claimed or Message.objects.defer("body", "html").filter(pk=message_id).first()
    )
    if message is None:
        return False
    every = ours(claimed) if claimed else Message.objects.filter(pk=message_id)
    with transaction.atomic():
        hold_client(message)
        marked = every.filter(state__in=before).update(
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


def mark(message: Message, outcome: Verdict, *, carrier: str, now: datetime) -> Marked:
    """Write down what became of a claimed message."""
    if outcome.state == State.SENT:
        mark_sent(
            message.pk,
            now=now,
            carrier=carrier,
            carrier_id=outcome.carrier_id,
            # A slow attempt may have been shown as cut off meanwhile: this one knows.
            before=UNDER_WAY,
            claimed=message,
        )
        return Marked(State.SENT)
    if outcome.free:
        again = now + (outcome.wait or FIRST_PAUSE) if outcome.error else None
        let_go(message, error=outcome.error, next_try_at=again)
        return Marked(State.QUEUED, again)
    marked = settle(message, outcome, now)
    # What a report has said meanwhile stays.
    told = {"rejected_at": now} if outcome.rejected else {}
    ours(message).filter(state__in=UNDER_WAY).update(
        state=marked.state,
        next_try_at=marked.next_try_at,
        lease_until=None,
        error=outcome.error,
        **told,
    )
    return marked


def settle(message: Message, outcome: Verdict, now: datetime) -> Marked:
    """The state after an attempt: one that may be repeated gets a time, or is over."""
    if outcome.state != State.QUEUED:
        return Marked(outcome.state)
    jitter = random.uniform(-1, 1)  # noqa: S311 - spreads retries, hides nothing
    pause = pause_after(message.attempts, jitter=jitter, asked=outcome.wait)
    return Marked(State.FAILED) if pause is None else Marked(State.QUEUED, now + pause)
