"""Finds what was forgotten: the clock calls it every few seconds.

Workers die, queues lose pokes. What is to be done stands in our own rows, and
nothing here needs to know what happened to bring it on its way again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, Q

from delivery.actions.claiming import expire_claims
from delivery.actions.mailbox import give_up_checks
from delivery.actions.service import ask_permit
from delivery.actions.working import finish, take_back
from delivery.facts import due_messages
from delivery.facts.outbox import under_way
from delivery.models import Job, JobItem, Message
from delivery.poking import poke_job, poke_mail
from delivery.rules.circuit import Permit

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep found: items of dead workers, jobs ended, jobs poked.

    Of messages: those of dead senders that wait again, and those that are unknown.
    """

    items: int = 0
    finished: int = 0
    jobs: int = 0
    messages: int = 0
    unknown: int = 0


def sweep(now: datetime) -> Swept:
    """Bring on its way again what was forgotten; twice does no more than once."""
    hold_back_of_cancelled()
    messages, unknown = expire_claims(now)
    poke_idle_mail(now)
    give_up_checks(now)
    return Swept(
        items=take_back(now, JobItem.objects.all()),
        finished=finish(now, Job.objects.all()),
        jobs=poke_idle_jobs(now),
        messages=messages,
        unknown=unknown,
    )


def poke_idle_mail(now: datetime) -> bool:
    """Have a worker send what is due, when nobody sends; whether there was anything."""
    busy = under_way().filter(lease_until__gt=now)
    permit, _paused_until = ask_permit(now)
    if permit is Permit.NOTHING or busy.exists() or not due_messages(now, 1):
        return False
    poke_mail()
    return True


def hold_back_of_cancelled() -> int:
    """Hold back what was under way when its mailing was cancelled, and came back.

    What a person queues again afterwards has no time set, and goes.
    """
    return Message.objects.filter(
        job__state=Job.State.CANCELLED,
        state=Message.State.QUEUED,
        next_try_at__isnull=False,
        claimed_at__lt=F("job__finished_at"),
    ).update(state=Message.State.CANCELLED, next_try_at=None)


def poke_idle_jobs(now: datetime) -> int:
    """Have workers take up the jobs that wait and that nobody is at; says how many."""
    items = JobItem.objects.filter(job=OuterRef("pk"))
    waits = Exists(items.filter(state=JobItem.State.WAITING))
    busy = Exists(items.filter(state=JobItem.State.CLAIMED))
    idle = Job.objects.filter(
        Q(state=Job.State.WAITING) | Q(waits, ~busy, state=Job.State.RUNNING)
    )
    found = list(idle.order_by("pk").values_list("pk", flat=True))
    for job_id in found:
        poke_job(job_id, at=now.isoformat())
    return len(found)
