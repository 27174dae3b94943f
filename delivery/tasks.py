"""Work for the background worker."""

from __future__ import annotations

from django_tasks import task

from delivery.actions import send_due

BATCH = 100


@task()
def send_messages() -> dict[str, int]:
    """Send a batch of what waits; the rest, and what failed for now, in a later task.

    The task is only a poke: what waits stands in the outbox, whoever sends it.
    """
    counts = send_due(limit=BATCH)
    done = {
        name: getattr(counts, name)
        for name in ("sent", "failed", "deferred", "unknown")
    }
    if sum(done.values()) >= BATCH:
        send_messages.enqueue()
    elif counts.next_try_at and send_messages.get_backend().supports_defer:
        send_messages.using(run_after=counts.next_try_at).enqueue()
    return done
