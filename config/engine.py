"""What carries background work: a table of the database, or a broker.

`TASKS_URL` unset: django-tasks-db, nothing else to run. Set: Celery, over the broker
it names. The same tasks, told by the same calls; nothing else has to change.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config.processes import Child

if TYPE_CHECKING:
    from collections.abc import Sequence

EMBEDDED = "django_tasks_db.DatabaseBackend"
BROKER = "config.broker.BrokerBackend"
SCHEMES = ("redis", "rediss", "redis+socket", "amqp", "amqps")


def tasks(url: str) -> dict[str, dict[str, Any]]:
    """The setting TASKS for a TASKS_URL. What is wrong is said without its password."""
    scheme, mark, rest = url.partition("://")
    if not url:
        return {"default": {"BACKEND": EMBEDDED}}
    if scheme not in SCHEMES or not (mark and rest):
        names = ", ".join(f"{name}://" for name in SCHEMES)
        raise ImproperlyConfigured(
            f"TASKS_URL must begin with one of {names} and name a broker, such as "
            "redis://localhost:6379/0; unset, the database carries the work."
        )
    return {"default": {"BACKEND": BROKER}}


def embedded() -> bool:
    """Whether the database itself carries the work."""
    return not settings.TASKS_URL


def workers(count: int) -> Sequence[Child]:
    """Processes that do the work, each one task at a time."""
    names = ["worker", *(f"worker {number}" for number in range(2, count + 1))]
    return [Child(name, worker(name), settings.BASE_DIR) for name in names]


def worker(name: str) -> list[str]:
    """The command of one of them."""
    if embedded():
        manage = settings.BASE_DIR / "manage.py"
        return [sys.executable, str(manage), "db_worker", "--verbosity", "0"]
    return [
        *(sys.executable, "-m", "celery", "--app", "config.celery", "--quiet"),
        "--skip-checks",
        *("worker", "--loglevel", "warning"),
        *("--hostname", f"{name.replace(' ', '-')}@%h"),
        # One task at a time in the process itself: asked to stop, it hears so.
        *("--pool", "solo"),
        # They need not know of each other: the rows say what is taken.
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
    ]
