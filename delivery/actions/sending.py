"""Sends what waits: claim, hand over, mark; each step committed before the next.

A message is claimed by compare-and-set, so two senders never take the same one.
What is cut off between claim and mark stays `sending` and becomes `unknown`: only a
person decides about it. Nothing here runs inside a transaction while a mail server
is spoken to.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.mail import get_connection
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from delivery.facts import due_messages
from delivery.mail import Unsendable, Verdict, email_of, verdict, verdict_at_open
from delivery.models import Message
from delivery.rules.retry import pause_after

if TYPE_CHECKING:
    from collections.abc import Mapping

State = Message.State
CUT_OFF_AFTER = timedelta(minutes=10)


@dataclass
class SendCounts:
    """What became of the messages that were due."""

    sent: int = 0
    failed: int = 0
    deferred: int = 0
    unknown: int = 0
    next_try_at: datetime | None = field(default=None, compare=False)

    def count(self, state: str) -> None:
        """Count one message by the state it ended in."""
        name = "deferred" if state == State.QUEUED else str(state)
        setattr(self, name, getattr(self, name) + 1)


def send_due(limit: int | None = None) -> SendCounts:
    """Send the messages that are due, at most `limit` of them, oldest first."""
    counts = SendCounts(unknown=show_cut_off(timezone.now()))
    connection = get_connection()
    try:
        for pk in due_messages(timezone.now(), limit):
            message = claim(pk, timezone.now())
            if message is None:
                continue
            outcome = hand_over(connection, message)
            counts.count(mark(message, outcome, counts))
            if outcome.stop:
                break
    finally:
        close(connection)
    return counts


def show_cut_off(now: datetime) -> int:
    """Messages somebody began to send and never finished are unknown from now on."""
    return Message.objects.filter(
        state=State.HANDING, claimed_at__lt=now - CUT_OFF_AFTER
    ).update(state=State.UNKNOWN, error=_("Sending was cut off."))


def claim(pk: int, now: datetime) -> Message | None:
    """Take a message, committed; None when somebody was first."""
    with transaction.atomic(durable=True):
        mine = Message.objects.filter(pk=pk, state=State.QUEUED).update(
            state=State.HANDING, attempts=F("attempts") + 1, claimed_at=now
        )
    if not mine:
        return None
    return Message.objects.select_related("document").get(pk=pk)


def hand_over(connection: Any, message: Message) -> Verdict:
    """Give the message to the mail server; every error is a verdict."""
    try:
        email = email_of(message)
        email.message()
    except (Unsendable, ValueError, LookupError) as error:
        return Verdict(State.FAILED, str(error)[:500])
    try:
        connection.open()
    except Exception as error:
        return verdict_at_open(error)
    try:
        connection.send_messages([email])
    except Exception as error:
        close(connection)
        return verdict(error)
    return Verdict(State.SENT)


def mark(message: Message, outcome: Verdict, counts: SendCounts) -> str:
    """Write down what became of a claimed message, and say its state."""
    state, values = settle(message, outcome, timezone.now())
    Message.objects.filter(
        pk=message.pk,
        attempts=message.attempts,
        # A slow attempt may have been shown as cut off meanwhile: this one knows.
        state__in=[State.HANDING, State.UNKNOWN],
    ).update(state=state, error=outcome.error, **values)
    again = values.get("next_try_at")
    if again is not None:
        counts.next_try_at = min(counts.next_try_at or again, again)
    return state


def settle(
    message: Message, outcome: Verdict, now: datetime
) -> tuple[str, Mapping[str, datetime | None]]:
    """The state after an attempt: one that may be repeated gets a time, or is over."""
    if outcome.state == State.SENT:
        return State.SENT, {"sent_at": now, "next_try_at": None}
    if outcome.state != State.QUEUED:
        return outcome.state, {"next_try_at": None}
    pause = pause_after(message.attempts)
    if pause is None:
        return State.FAILED, {"next_try_at": None}
    return State.QUEUED, {"next_try_at": now + pause}


def close(connection: Any) -> None:
    """Say goodbye; what was accepted stays accepted if that goes wrong."""
    with suppress(Exception):
        connection.close()
