"""Holds and releases the mail, and pauses it while the server is in trouble."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F

from delivery.models import MailService, Message
from delivery.rules.circuit import Permit, pause_after_failures, permit

if TYPE_CHECKING:
    from datetime import datetime

# A trial that nothing was heard of (its sender died) holds the others up so long.
TRIAL = timedelta(minutes=1)


def service() -> Any:
    """The one row."""
    return MailService.objects.filter(pk=1)


def hold(*, person: Any, why: str, now: datetime) -> bool:
    """From now on nothing is sent until somebody releases; whether this call did it.

    A message that is being handed over leaves; every other stays.
    """
    held = service().filter(held_since=None)
    return bool(held.update(held_since=now, held_by=person, held_why=why[:200]))


def release() -> bool:
    """Mail may be sent again; whether it was held."""
    held = service().filter(held_since__isnull=False)
    return bool(held.update(held_since=None, held_by=None, held_why=""))


def try_now() -> None:
    """Somebody put it right: no pause, neither of the queue nor of a message."""
    with transaction.atomic():
        service().update(failures=0, paused_until=None)
        waiting = Message.objects.filter(state=Message.State.QUEUED)
        waiting.exclude(next_try_at=None).update(next_try_at=None)


def ask_permit(now: datetime) -> tuple[Permit, datetime | None]:
    """How much may be sent now, and until when the queue pauses."""
    row, _made = MailService.objects.get_or_create(pk=1)
    if row.held_since:
        return Permit.NOTHING, None
    return permit(row.failures, row.paused_until, now), row.paused_until


def begin_trial(paused_until: datetime | None, now: datetime) -> bool:
    """After a pause one message tries for all: whether it is ours."""
    trial = service().filter(paused_until=paused_until)
    return bool(trial.update(paused_until=now + TRIAL))


def end_trial(now: datetime) -> None:
    """The trial never came to the server: the next message tries."""
    service().filter(paused_until__gt=now).update(paused_until=now)


def note_answer(*, sent: bool, now: datetime) -> None:
    """The server answered: the circuit is closed."""
    news = {"last_sent_at": now} if sent else {}
    service().update(failures=0, paused_until=None, **news)


def note_trouble(
    error: str, *, now: datetime, wait: timedelta | None = None
) -> datetime | None:
    """The server is in trouble: until when the queue pauses, if it does.

    A provider that says how long it wants to be left alone is obeyed at once.
    """
    with transaction.atomic():
        service().update(
            failures=F("failures") + 1, last_error=error[:500], last_error_at=now
        )
        pause = wait or pause_after_failures(service().get().failures)
        if pause is None:
            return None
        service().update(paused_until=now + pause)
        return now + pause
