"""Workers that are killed, as a process of its own does it: no test runs here.

The mass work leaves a line in a file for every item it is at, so that what was done
twice is seen.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from multiprocessing import get_context
from pathlib import Path

from django.conf import settings
from django.db import connections
from django.utils import timezone

from delivery.actions import working
from delivery.actions.jobs import start_job
from delivery.actions.sweeping import sweep
from delivery.models import JobItem
from delivery.workers import Outcome

BATCH = 4
LABELS = "abcdefghijkl"


def targets(job):
    return enumerate(job.about["labels"])


def work(job, items):
    for item in items:
        with diary(job).open("a") as lines:
            lines.write(f"{item.label}\n")
        yield Outcome()


def diary(job):
    return Path(settings.DATA_DIR) / f"worked-{job.pk}"


def started(key):
    settings.JOB_WORKERS = {"letters": "tests.delivery.killing"}
    return start_job("letters", key, {"labels": LABELS}, None)


def killed_at(fault):
    """What a worker killed at a fault leaves, and what the next one makes of it."""
    job = started(fault)
    ended = forked(working.work_job, job.pk, faults=fault)
    left = seen(job)
    working.work_job(job.pk)
    without_sweep = seen(job)
    sweep(timezone.now() + 2 * working.LEASE)
    working.work_job(job.pk)
    sweep(timezone.now())
    return {
        "ended": ended,
        "left": left,
        "without_sweep": without_sweep,
        "after": seen(job),
    }


def seen(job):
    """The state of the job, of its items, and how often it was worked on them."""
    job.refresh_from_db()
    lines = diary(job).read_text().split() if diary(job).exists() else []
    return {
        "job": job.state,
        "items": Counter(job.items.values_list("state", flat=True)),
        "worked": len(lines),
        "labels": len(set(lines)),
    }


def forked(function, *args, faults=""):
    """How a process of our kind ends that does this, killed at the fault."""
    connections.close_all()
    pid = os.fork()
    if not pid:
        settings.FAULTS = faults
        function(*args)
        os._exit(0)
    _pid, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status) == -signal.SIGKILL


def at_once(workers, key, *, guarded=True):
    """What several workers make of one job in the same moment."""
    job = started(key)
    working.take_up(job.pk, timezone.now())
    connections.close_all()
    context = get_context("fork")
    together = context.Barrier(workers)

    def join_in():
        together.wait(30)
        if not guarded:
            rows = iter([list(JobItem.objects.filter(job=job)), []])
            working.claim = lambda _job, _now: next(rows)
        working.work_job(job.pk)

    started_now = [context.Process(target=join_in) for _ in range(workers)]
    for process in started_now:
        process.start()
    for process in started_now:
        process.join(60)
    return seen(job)
