"""Tells the background workers that there is something to do.

A poke may be lost: the sweep finds what was forgotten. So a queue that cannot be
reached never fails the request that made the work.
"""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.utils.module_loading import import_string

# By name: the tasks import the actions that poke.
WORK_JOB = "delivery.tasks.work_job"
SEND_MESSAGES = "delivery.tasks.send_messages"
SEND_CHECK = "delivery.tasks.send_check"


def poke_job(job_id: int, at: str = "", *, helping: bool = False) -> None:
    """Have a worker take the job up, once what was written is committed.

    `at` is when, in ISO form, where the poke may be out of date when it is heard.
    """
    enqueue = import_string(WORK_JOB).enqueue
    transaction.on_commit(partial(enqueue, job_id, at, helping=helping), robust=True)


def poke_mail() -> None:
    """Have a worker send what waits, once what was written is committed."""
    transaction.on_commit(import_string(SEND_MESSAGES).enqueue, robust=True)


def poke_check(pk: int) -> None:
    """Have a worker send a test mail, once it is written down."""
    enqueue = import_string(SEND_CHECK).enqueue
    transaction.on_commit(partial(enqueue, pk), robust=True)
