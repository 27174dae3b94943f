"""Statements for many clients, held for a look: ticked, released or discarded once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client
from statements.actions.many import start_statements
from statements.bulk import order_of, under_way_for
from statements.models import Batch, LeftOut
from statements.turning import seen, turns

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from delivery.models import Job
    from statements.models import Schedule
    from statements.rules.orders import Order

State = Batch.State


class BatchRefusal(Exception):
    """Statements that are not held any more, or not as they were seen; says why."""


def hold_batch(
    order: Order,
    key: str,
    *,
    person: Any = None,
    schedule: Schedule | None = None,
    release_on: date | None = None,
    nobody: bool = False,
) -> tuple[Batch, bool]:
    """Keep an order until it is released, and whether it is new: one for each key.

    Where nobody gets a statement there is nothing to wait for.
    """
    ended = {"state": State.EMPTY, "decided_at": timezone.now()} if nobody else {}
    with transaction.atomic():
        return Batch.objects.get_or_create(
            key=key,
            defaults={
                "schedule": schedule,
                "end": order.end,
                "wanted": order.kept(),
                "created_by": person,
                "release_on": release_on,
                **ended,
            },
        )


def tick_clients(batch: Batch, shown: Collection[int], ticked: Collection[int]) -> None:
    """Leave out those of the shown that are not ticked. Raises BatchRefusal."""
    with transaction.atomic():
        held(batch)
        wanted = set(shown) & set(ticked)
        LeftOut.objects.filter(batch=batch, client__in=wanted).delete()
        others = Client.objects.filter(pk__in=set(shown) - wanted)
        LeftOut.objects.bulk_create(
            (LeftOut(batch=batch, client=client) for client in others),
            ignore_conflicts=True,
        )


def tick_all(batch: Batch) -> None:
    """Leave nobody out by hand. Raises BatchRefusal."""
    with transaction.atomic():
        held(batch)
        LeftOut.objects.filter(batch=batch).delete()


def untick_all(batch: Batch) -> None:
    """Leave out everybody who would get one: a few are ticked then."""
    due = [turn for turn in turns(order_of(batch)) if not turn.reason]
    tick_clients(batch, [turn.client.pk for turn in due], [])


def release_batch(batch: Batch, person: Any, shown: str | None = None) -> Job:
    """Have a worker issue what is held, once. Raises BatchRefusal.

    `shown` is what the person has seen (turning.seen): when something was booked
    since that changes it, they look again first.
    """
    order = order_of(batch)
    if shown is not None and shown != seen(turns(order)):
        raise BatchRefusal(
            _("Something was booked since this page was shown. Please look again.")
        )
    key = f"batch{batch.pk}"
    if under_way_for(order.end, key):
        raise BatchRefusal(
            _("Other statements of this day are being issued right now.")
        )
    with transaction.atomic():
        held(batch)
        job = start_statements(order_of(batch), key, person)
        decide(batch, State.RELEASED, person, job)
    return job


def discard_batch(batch: Batch, person: Any) -> None:
    """Issue none of what is held. Raises BatchRefusal."""
    with transaction.atomic():
        held(batch)
        decide(batch, State.DISCARDED, person, None)


def held(batch: Batch) -> None:
    """Have its row until the end of the transaction. Raises BatchRefusal."""
    waiting = Batch.objects.select_for_update().filter(pk=batch.pk, state=State.HELD)
    if not waiting.exists():
        raise BatchRefusal(_("These statements were released or discarded already."))


def decide(batch: Batch, state: Batch.State, person: Any, job: Job | None) -> None:
    """Write down what became of it; who comes second changes nothing."""
    moved = Batch.objects.filter(pk=batch.pk, state=State.HELD).update(
        state=state,
        decided_at=timezone.now(),
        decided_by=person,
        stopped="",
        job=job,
    )
    if not moved:
        raise BatchRefusal(_("These statements were released or discarded already."))
