"""Who does the mass work of each kind, and what it answers for each item.

`settings.JOB_WORKERS` names a module for a kind of job; jobs of kind `emails` have
messages in place of items, and the module of `about["of"]` only to name them.
A module has five functions:

- `targets(job)`: the key and a label of each item, listed once by the first worker.
- `work(job, items)`: an `Outcome` for each item, in order, as it comes. It runs
  outside of any transaction; every outcome is committed before the next is asked
  for. It may be asked again for what was done already (its worker was ended before
  it could say so): then it answers with what there is. What it raises is the
  failure of the item it was at.
- `title(job)` and `address(job)`: what the job is called, and the page it came
  from; both from `about` alone, they stand in lists.
- `item_address(job, item)`: the page of what the item is about.

`BATCH`, if the module says so, is how many items are taken at a time.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, Protocol, cast

from django.conf import settings

from delivery.models import JobItem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from delivery.models import Job

FEW = 8
# The item that says why a job has no others: they could not be listed.
THE_LIST = 0


class Outcome(NamedTuple):
    """What became of an item: done, failed or left out; why; the number made."""

    state: JobItem.State = JobItem.State.DONE
    note: str = ""
    result: str = ""


class Worker(Protocol):
    """What a module named in JOB_WORKERS has."""

    def targets(self, job: Job) -> Iterable[tuple[int, str]]:
        """The key and a label of each item."""

    def work(self, job: Job, items: Sequence[JobItem]) -> Iterator[Outcome]:
        """An outcome for each item, in order."""

    def title(self, job: Job) -> str:
        """What the job is called."""

    def address(self, job: Job) -> str:
        """The page it came from."""

    def item_address(self, job: Job, item: JobItem) -> str:
        """The page of what the item is about."""


def worker_of(job: Job) -> Worker:
    """The module that knows this job."""
    path = settings.JOB_WORKERS[job.about.get("of", job.kind)]
    return cast("Worker", import_module(path))


def batch_of(job: Job) -> int:
    """How many items are taken at a time."""
    return int(getattr(worker_of(job), "BATCH", FEW))


def title_of(job: Job) -> str:
    """What a job is called."""
    return worker_of(job).title(job)


def address_of(job: Job) -> str:
    """The page a job came from."""
    return worker_of(job).address(job)


def item_address_of(job: Job, item: JobItem) -> str:
    """The page of what an item is about."""
    if item.target == THE_LIST:
        return address_of(job)
    return worker_of(job).item_address(job, item)
