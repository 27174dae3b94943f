"""Measures one piece of work: CPU of this process and its children, and queries."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from django.db import connection


@dataclass
class Cost:
    """CPU and wall seconds, and how many statements the database was sent."""

    cpu: float = 0.0
    wall: float = 0.0
    queries: int = 0


@contextmanager
def cost() -> Iterator[Cost]:
    spent = Cost()

    def count(execute, sql, params, many, context):
        spent.queries += 1
        return execute(sql, params, many, context)

    cpu, wall = cpu_seconds(), time.perf_counter()
    with connection.execute_wrapper(count):
        yield spent
    spent.cpu, spent.wall = cpu_seconds() - cpu, time.perf_counter() - wall


def cpu_seconds() -> float:
    """User and system time of this process and of its finished children."""
    used = [
        resource.getrusage(who)
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    ]
    return sum(u.ru_utime + u.ru_stime for u in used)


def memory() -> str:
    """Megabytes of this process and of what it started, shared pages shared out."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            pid, _, rest = status.read_text().partition(" ")
            parents[int(pid)] = int(rest.rpartition(")")[2].split()[1])
    ours = [os.getpid()]
    for pid in ours:
        ours += [child for child, parent in parents.items() if parent == pid]
    each = [proportional(pid) for pid in ours]
    return f"{sum(each)} MB: {' + '.join(map(str, each))}"


def proportional(pid: int) -> int:
    """The proportional set size of a process, in megabytes."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) // 1024
    return 0


def rounds(
    calls: dict[str, Callable[[], object]], times: int
) -> dict[str, list[float]]:
    """CPU seconds of each call, in turn, round after round, after one to warm up.

    Machines change their speed from second to second: only calls of the same round
    can be compared.
    """
    spent: dict[str, list[float]] = {name: [] for name in calls}
    for n in range(times + 1):
        for name, call in calls.items():
            start = time.process_time()
            call()
            if n:
                spent[name].append(time.process_time() - start)
    return spent


def row(name: str, spent: Cost, note: str = "") -> None:
    print(
        f"{name:<46} {spent.cpu:8.2f} s CPU {spent.wall:8.2f} s {spent.queries:6d} queries  {note}"
    )
