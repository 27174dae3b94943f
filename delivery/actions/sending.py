"""Sends what waits: claim, hand over, mark; each step committed before the next.

Nothing here runs inside a transaction while a mail server is spoken to. One that dies
between hand-over and mark leaves a message `handing`; it becomes `unknown`, and only a
person or a report decides about it.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.mail import get_connection
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from delivery import faults
from delivery.actions import service
from delivery.actions.claiming import claim, expire_claims
from delivery.actions.handing import close, hand_over
from delivery.actions.marking import Marked, mark
from delivery.carriers import carrier
from delivery.facts import due_messages
from delivery.models import Message
from delivery.rules.circuit import Permit
from delivery.stopping import never
from delivery.verdicts import Server, Verdict, sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

State = Message.State
HANDFUL = 50
# Seconds until a database that went away is asked again to keep what is known.
PATIENCE = (0.1, 0.3, 1, 3, 5, 10, 10)


@dataclass
class SendCounts:
    """What became of the messages that were due."""

    sent: int = 0
    failed: int = 0
    deferred: int = 0
    unknown: int = 0
    overtaken: int = field(default=0, compare=False)
    next_try_at: datetime | None = field(default=None, compare=False)

    @property
    def tried(self) -> int:
        """How many attempts there were, and messages that ended in others' hands."""
        return self.sent + self.failed + self.deferred + self.unknown + self.overtaken

    def count(self, state: str) -> None:
        """Count one message by the state it ended in."""
        name = "deferred" if state == State.QUEUED else str(state)
        setattr(self, name, getattr(self, name) + 1)

    def remember(self, again: datetime | None) -> None:
        """When there is something to do again: the earliest time counts."""
        if again is not None:
            self.next_try_at = min(self.next_try_at or again, again)


def send_due(
    limit: int | None = None, *, stop: Callable[[], bool] = never
) -> SendCounts:
    """Send the messages that are due, at most `limit` of them, oldest first.

    One connection serves them all. `stop` is asked before each message.
    """
    _back, unknown = expire_claims(timezone.now())
    counts = SendCounts(unknown=unknown)
    try:
        line = get_connection()
    except Exception as error:  # wrong settings: each backend has its own words
        counts.remember(service.note_trouble(sentence(error), now=timezone.now()))
        return counts
    sender = Sender(line, limit, counts, stop)
    try:
        while sender.send_some():
            pass
    finally:
        close(line)
    return counts


class Sender:
    """One connection, and what became of the messages that went over it."""

    def __init__(
        self,
        line: Any,
        limit: int | None,
        counts: SendCounts,
        stop: Callable[[], bool],
    ) -> None:
        """Begin with a connection that need not be open."""
        self.line = line
        self.left = limit
        self.counts = counts
        self.stop = stop
        self.carrier = carrier().name
        self.heard = self.sent = False

    def send_some(self) -> bool:
        """Send a handful, as far as the mail service permits; whether to go on."""
        if self.left is not None and self.left <= 0:
            return False
        now = timezone.now()
        permit, paused_until = service.ask_permit(now)
        if permit is Permit.NOTHING:
            self.counts.remember(paused_until)
            return False
        trial = permit is Permit.ONE
        keys = due_messages(now, 1 if trial else self._handful())
        if not keys or (trial and not service.begin_trial(paused_until, now)):
            return False
        for message in self._claim(keys):
            if not self._tell(self._send(message)):
                break
        else:
            if trial and not self.heard:
                service.end_trial(timezone.now())
        self._tell_of_answers()
        return not self.stop()

    def _handful(self) -> int:
        return HANDFUL if self.left is None else min(HANDFUL, self.left)

    def _claim(self, keys: list[int]) -> Iterator[Message]:
        """Claim one after the other, each when the one before is done."""
        while keys and not self.stop():
            message = claim(keys.pop(0), timezone.now())
            if message is None:
                # Others are at the same messages: go where they are not.
                random.shuffle(keys)
                continue
            if self.left is not None:
                self.left -= 1
            faults.hit("mail.claimed")
            yield message

    def _send(self, message: Message) -> Verdict:
        """Hand one over, and write down what became of it."""
        outcome = hand_over(self.line, message)
        now = timezone.now()
        faults.hit("mail.before_mark")
        state, again = insist(
            lambda: mark(message, outcome, carrier=self.carrier, now=now)
        )
        faults.hit("mail.marked")
        self.counts.count(state)
        self.counts.remember(again)
        return outcome

    def _tell(self, outcome: Verdict) -> bool:
        """Keep what an attempt showed of the server; whether the next may follow."""
        if outcome.server is Server.WELL:
            self.heard = True
            self.sent = self.sent or outcome.state == State.SENT
        elif outcome.server is Server.ILL:
            self._tell_of_answers()
            paused_until = service.note_trouble(
                outcome.error, now=timezone.now(), wait=outcome.wait
            )
            self.counts.remember(paused_until)
        return outcome.server is not Server.ILL and not outcome.free

    def _tell_of_answers(self) -> None:
        """Answers are kept once for many messages: the row is everybody's."""
        if self.heard:
            service.note_answer(sent=self.sent, now=timezone.now())
        self.heard = self.sent = False


def insist(write: Callable[[], Marked]) -> Marked:
    """Write down what is known, even when the database is away for half a minute."""
    for pause in PATIENCE:
        try:
            return write()
        except (OperationalError, InterfaceError):
            connection.close_if_unusable_or_obsolete()
            time.sleep(pause)
    return write()
