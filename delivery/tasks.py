"""Work for the background worker."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django_tasks import task

from delivery.actions import send_due, working
from delivery.actions.mailbox import run_check
from delivery.facts.jobs import worked_since
from delivery.stopping import stoppable

BATCH = 100
# A call for help is for those who have nothing else to do: they hear it at once.
AT_ONCE = timedelta(seconds=5)


@task()
def send_messages() -> dict[str, int]:
    """Send a batch of what waits; the rest in a later task.

    The task is only a poke: what waits stands in the outbox, whoever sends it. The
    sweep pokes when a message that failed for now is due again.
    """
    with stoppable() as stop:
        counts = send_due(limit=BATCH, stop=stop)
    working.finish_mailings(timezone.now())
    if counts.tried >= BATCH:
        send_messages.enqueue()
    return {
        name: getattr(counts, name)
        for name in ("sent", "failed", "deferred", "unknown", "overtaken")
    }


@task()
def work_job(job_id: int, at: str = "", *, helping: bool = False) -> dict[str, int]:
    """Work on a job for half a minute, or until told to stop; the rest in a later task.

    `at` is when the poke was made. A call for help that is heard late finds its
    workers busy, one of the sweep is void when somebody has worked on the job since:
    so pokes that pile up never become more than one chain of tasks for a job.
    """
    made = datetime.fromisoformat(at) if at else None
    if made and helping and timezone.now() - made > AT_ONCE:
        return {}
    if made and not helping and worked_since(job_id, made):
        return {}
    with stoppable() as stop:
        done = working.work_job(job_id, stop=stop)
    if done.waiting and not helping:
        work_job.enqueue(job_id)
    return {"items": done.items, "waiting": done.waiting}


@task()
def send_check(pk: int) -> None:
    """Send a test mail; nothing happens where it was sent already."""
    run_check(pk)
