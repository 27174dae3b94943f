"""Keeps the table of tasks small: most of them are pokes, and pokes are many."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django_tasks.base import TaskResultStatus as Status
from django_tasks_db.models import DBTaskResult

from delivery.poking import SEND_MESSAGES, WORK_JOB

# The sweep pokes again every few seconds for as long as there is something to do.
POKES = (SEND_MESSAGES, WORK_JOB)
POKE_IS_OLD = timedelta(minutes=10)
# No task takes so long: its worker was killed, and what it did is taken up again.
ABANDONED = timedelta(hours=1)
KEPT = timedelta(days=1)


def prune(now: datetime) -> int:
    """Delete what is over, given up, or said again since; says how many."""
    over = Q(finished_at__lt=now - KEPT)
    abandoned = Q(status=Status.RUNNING, started_at__lt=now - ABANDONED)
    stale = Q(
        status=Status.READY, task_path__in=POKES, enqueued_at__lt=now - POKE_IS_OLD
    )
    deleted, _each = DBTaskResult.objects.filter(over | abandoned | stale).delete()
    return deleted
