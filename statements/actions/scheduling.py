"""Prepares statements after each month or quarter, once whoever asks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from billing.bank.desk import freshness
from delivery.facts.mailbox import sender_is_missing
from statements.actions.batches import BatchRefusal, hold_batch, release_batch
from statements.bulk import order_of
from statements.models import Batch, Schedule
from statements.rules.orders import Order
from statements.rules.schedule import due_end
from statements.turning import turns

if TYPE_CHECKING:
    from datetime import date


def keep_schedule(schedule: Schedule, today: date, person: Any) -> None:
    """Write a schedule down; periods that came before it was so set were not missed."""
    before = Schedule.objects.filter(pk=schedule.pk).first()
    if before is None or not before.active or before.rhythm != schedule.rhythm:
        schedule.since = today
    schedule.changed_by = person
    schedule.save()


def take_due_statements(today: date) -> list[Batch]:
    """Prepare what has come, release what waits no longer; what was done.

    However many clocks ask, and however often, each period of a schedule is prepared
    once, and each batch released once.
    """
    acting = Schedule.objects.filter(active=True).order_by("pk")
    prepared = [_prepared(schedule, today) for schedule in acting]
    released = _released(today)
    return [one for one in prepared if one and one not in released] + released


def _prepared(schedule: Schedule, today: date) -> Batch | None:
    """The batch of the period that has come; None: there is none, or it is there."""
    end = due_end(schedule.rhythm, schedule.days_after, today, schedule.since)
    key = f"schedule:{schedule.pk}:{end}"
    if end is None or Batch.objects.filter(key=key).exists():
        return None
    order = Order.of(schedule.wanted | {"end": end.isoformat()})
    wait = schedule.release_after
    batch, new = hold_batch(
        order,
        key,
        schedule=schedule,
        release_on=None if wait is None else today + timedelta(days=wait),
        nobody=all(turn.reason for turn in turns(order)),
    )
    return batch if new else None


def _released(today: date) -> list[Batch]:
    """Those that release themselves today; of some it is noted why they cannot."""
    waiting = Batch.objects.filter(state=Batch.State.HELD, release_on__lte=today)
    # They may have left after the backup: only a person can say.
    known = waiting.exclude(stopped=Batch.Stopped.RESTORED)
    found = []
    for batch in known.select_related("schedule").order_by("end", "pk"):
        if why := _obstacle(batch, today):
            Batch.objects.filter(pk=batch.pk, state=Batch.State.HELD).update(
                stopped=why
            )
            continue
        try:
            release_batch(batch, None)
        except BatchRefusal:
            # A person was faster, or other statements of the day are being issued.
            continue
        batch.refresh_from_db()
        found.append(batch)
    return found


def _obstacle(batch: Batch, today: date) -> str:
    """Why a person should look first: clients who paid would look as if they had not.

    With bank files they must reach the end of the period; without, payments must be
    known up to lately.
    """
    fresh = freshness(today)
    if fresh.on and (fresh.on < batch.end if fresh.of_bank else fresh.stale):
        return Batch.Stopped.OLD_DATA
    if order_of(batch).send and sender_is_missing():
        return Batch.Stopped.NO_SENDER
    return ""
