"""Celery, when TASKS_URL names a broker: it carries pokes, and nothing else.

Results are not kept and a lost message loses nothing: what is to be done stands in
the database, and the clock pokes again.
"""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.utils.module_loading import import_string
from django_tasks.base import Task

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# Longer than the longest task, or a second worker begins it too.
REDELIVERED_AFTER = 30 * 60
# A page waits no longer for a broker that does not answer.
PATIENCE = 2.0

app = Celery("relance", broker=settings.TASKS_URL)
app.conf.update(
    task_default_queue="relance",
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    # A task is over when it is done: that of a worker that dies goes to another.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_enable_remote_control=False,
    worker_hijack_root_logger=False,
    worker_redirect_stdouts=False,
    # A worker waits for its broker as long as it takes; a page does not.
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_connection_timeout=PATIENCE,
    task_publish_retry=False,
)
if settings.TASKS_URL.startswith("redis"):
    app.conf.broker_transport_options = {
        "visibility_timeout": REDELIVERED_AFTER,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": PATIENCE,
        "socket_timeout": 5,
        "socket_keepalive": True,
        "max_retries": 0,
    }


@app.task(name="relance.run")  # type: ignore[untyped-decorator]
def run(path: str, args: list[Any], kwargs: dict[str, Any]) -> None:
    """Do what a task says; only what is marked as a task is ever called."""
    task = import_string(path)
    if not isinstance(task, Task):
        raise SuspiciousOperation(f"{path} is not a task")
    task.call(*args, **kwargs)
