"""Django's tasks over Celery."""

from __future__ import annotations

import logging
import time
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskResult, TaskResultStatus
from django_tasks.utils import get_random_id

from config.celery import run

log = logging.getLogger("relance.queue")
# So long nobody tries again after a broker that did not answer.
REST = 10.0


class BrokerBackend(BaseTaskBackend):
    """Sends a poke when what was written is committed; never fails who wrote it.

    Nothing is put off here: the clock finds what has become due.
    """

    def __init__(self, alias: str, params: dict[str, Any]) -> None:
        super().__init__(alias, params)
        self.silent_until = 0.0

    def enqueue(self, task: Task[Any, Any], args: Any, kwargs: Any) -> TaskResult[Any]:
        """Send it on commit; a transaction that is rolled back sends nothing."""
        self.validate_task(task)
        result: TaskResult[Any] = TaskResult(
            task=task,
            id=get_random_id(),
            status=TaskResultStatus.READY,
            enqueued_at=timezone.now(),
            started_at=None,
            last_attempted_at=None,
            finished_at=None,
            args=list(args),
            kwargs=kwargs,
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )
        transaction.on_commit(partial(self.send, result))
        return result

    def send(self, result: TaskResult[Any]) -> None:
        """Give it to the broker; one that is gone is logged, and left alone a while."""
        path = result.task.module_path
        if time.monotonic() < self.silent_until:
            return
        try:
            run.apply_async((path, result.args, result.kwargs), task_id=result.id)
        except Exception as error:
            self.silent_until = time.monotonic() + REST
            log.warning(
                "The broker does not answer (%s): %s waits for the clock.",
                type(error).__name__,
                path,
            )
