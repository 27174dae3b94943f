"""Works on a job: list, claim, work, end; each step committed before the next.

Any number of workers may be at one job: an item is claimed by conditional update,
for as long as its lease. Whoever dies loses the lease and somebody else goes on. An
item that was claimed when its worker died is tried in smaller company, then alone:
so the one that ends its workers is found and failed, and no other with it.
"""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Exists, F, Min, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from delivery import faults
from delivery.models import Job, JobItem, Message
from delivery.poking import poke_job
from delivery.stopping import never
from delivery.workers import THE_LIST, Outcome, batch_of, worker_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

State = JobItem.State
LEASE = timedelta(seconds=45)
# So often the leases of what is still to be done of a batch are renewed.
RENEWED_EVERY = 10.0
MOST_ATTEMPTS = 3
# With how many others an item is taken whose worker died once, and twice.
IN_COMPANY = {1: 8, 2: 1}
OPEN_ITEMS = (State.WAITING, State.CLAIMED)


class Worked(NamedTuple):
    """How many items came to their end, and whether others wait for a worker."""

    items: int
    waiting: int


def work_job(
    job_id: int, seconds: float = 30, *, stop: Callable[[], bool] = never
) -> Worked:
    """Work on the job for about so long; what is left waits for the next poke.

    `stop` is asked before each item.
    """
    until = monotonic() + seconds

    def go_on() -> bool:
        return monotonic() < until and not stop()

    job = take_up(job_id, timezone.now())
    if job is None:
        return Worked(0, 0)
    take_back(timezone.now(), JobItem.objects.filter(job=job))
    ask_for_help(job)
    items = 0
    while go_on() and (batch := claim(job, timezone.now())):
        items += work_batch(job, batch, go_on)
    finish(timezone.now(), Job.objects.filter(pk=job.pk))
    return Worked(items, claimable(job).count())


def take_up(job_id: int, now: datetime) -> Job | None:
    """The job, its items listed by whoever comes first; None: nothing to do.

    One whose items cannot be listed is over, and says why: the same would come of it
    each time.
    """
    jobs = Job.objects.filter(pk=job_id).exclude(kind=Job.Kind.EMAILS)
    if job := unlisted(jobs).first():
        try:
            found = list(worker_of(job).targets(job))
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            give_up(job, f"{type(error).__name__}: {error}", now)
            return None
        list_items(job, found, now)
    return jobs.filter(state=Job.State.RUNNING).first()


def unlisted(jobs: QuerySet[Job]) -> QuerySet[Job]:
    """Those of the jobs that nobody has taken up."""
    return jobs.filter(state=Job.State.WAITING, listed_at=None)


def list_items(job: Job, found: Collection[tuple[int, str]], now: datetime) -> None:
    """Write down what is to be done, once; what said that it could not be goes."""
    with transaction.atomic(durable=True):
        first = unlisted(Job.objects.filter(pk=job.pk)).update(
            state=Job.State.RUNNING, listed_at=now, started_at=now
        )
        if first:
            JobItem.objects.filter(job=job).delete()
            JobItem.objects.bulk_create(
                JobItem(job=job, target=target, label=label[:160])
                for target, label in found
            )
    if first:
        faults.hit("job.listed")


def give_up(job: Job, why: str, now: datetime) -> None:
    """End a job of which nobody can say what is to be done, with the reason."""
    with transaction.atomic(durable=True):
        ended = unlisted(Job.objects.filter(pk=job.pk)).update(
            state=Job.State.CANCELLED, finished_at=now
        )
        if ended:
            JobItem.objects.update_or_create(
                job=job,
                target=THE_LIST,
                defaults={
                    "label": _("The list of what is to be done"),
                    "state": State.FAILED,
                    "note": why[:500],
                    "finished_at": now,
                },
            )


def ask_for_help(job: Job) -> None:
    """Have another worker join in, if one has nothing else to do right now."""
    if claimable(job).count() > 2 * batch_of(job):
        poke_job(job.pk, timezone.now().isoformat(), helping=True)


def claimable(job: Job) -> QuerySet[JobItem]:
    """What waits in a job that is not over."""
    return JobItem.objects.filter(
        job=job, job__state=Job.State.RUNNING, state=State.WAITING
    )


def claim(job: Job, now: datetime) -> list[JobItem]:
    """Take a batch for as long as a lease, committed; empty: nothing waits."""
    with transaction.atomic(durable=True):
        least = claimable(job).aggregate(least=Min("attempts"))["least"]
        if least is None:
            return []
        alike = claimable(job).filter(attempts=least).order_by("pk")
        size = IN_COMPANY.get(least, batch_of(job))
        batch = list(alike.select_for_update(skip_locked=True, of=("self",))[:size])
        JobItem.objects.filter(
            pk__in=[item.pk for item in batch], state=State.WAITING
        ).update(state=State.CLAIMED, attempts=least + 1, lease_until=now + LEASE)
    for item in batch:
        item.state, item.attempts = State.CLAIMED, least + 1
    faults.hit("job.claimed")
    return batch


def work_batch(job: Job, batch: Sequence[JobItem], go_on: Callable[[], bool]) -> int:
    """Bring claimed items to their end, one by one; says how many.

    Those it does not get to are given back: the time is over, the job cancelled,
    the worker told to stop.
    """
    left = deque(batch)
    answers = answered(job, batch)
    renewed = monotonic()
    try:
        while left and go_on() and is_running(job):
            outcome = next(answers, None)
            if outcome is None:
                break
            end(left.popleft(), outcome, timezone.now())
            faults.hit("job.item_done")
            if left and monotonic() - renewed > RENEWED_EVERY:
                renew(left, timezone.now())
                renewed = monotonic()
    finally:
        answers.close()
        give_back(job, left, timezone.now())
    return len(batch) - len(left)


def answered(job: Job, batch: Sequence[JobItem]) -> Generator[Outcome]:
    """The worker's outcomes; what it raises is that of the item it was at, the last.

    A database that is gone is nobody's failure: the lease brings the items back.
    """
    outcomes = worker_of(job).work(job, batch)
    try:
        yield from outcomes
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        yield Outcome(State.FAILED, f"{type(error).__name__}: {error}")
    else:
        yield Outcome(State.FAILED, _("Nothing was said of it: please try it again."))


def end(item: JobItem, outcome: Outcome, now: datetime) -> None:
    """Write down what became of an item, unless somebody else has taken it since.

    One that was taken back meanwhile and waits is over too: this worker knows.
    """
    JobItem.objects.filter(
        pk=item.pk, attempts=item.attempts, state__in=OPEN_ITEMS
    ).update(
        state=outcome.state,
        note=outcome.note[:500],
        result=outcome.result[:40],
        finished_at=now,
        lease_until=None,
    )


def is_running(job: Job) -> bool:
    """Whether nobody cancelled the job meanwhile."""
    return Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).exists()


def renew(items: Collection[JobItem], now: datetime) -> None:
    """Keep what is still to be done of a batch."""
    held(items).update(lease_until=now + LEASE)


def give_back(job: Job, items: Collection[JobItem], now: datetime) -> None:
    """Let others have what was claimed and not begun: no attempt was made."""
    if not items:
        return
    if is_running(job):
        held(items).update(
            state=State.WAITING, attempts=F("attempts") - 1, lease_until=None
        )
    else:
        held(items).update(state=State.CANCELLED, finished_at=now, lease_until=None)


def held(items: Collection[JobItem]) -> QuerySet[JobItem]:
    """Those of a batch that this worker still has."""
    attempts = {item.attempts for item in items}
    return JobItem.objects.filter(
        pk__in=[item.pk for item in items], attempts__in=attempts, state=State.CLAIMED
    )


def take_back(now: datetime, items: QuerySet[JobItem]) -> int:
    """Free the items of workers that have died; says how many.

    By their jobs they have an index; those of jobs that are done are all over.
    """
    jobs = Job.objects.filter(state__in=[Job.State.RUNNING, Job.State.CANCELLED])
    lost = items.filter(state=State.CLAIMED, lease_until__lt=now, job__in=jobs)
    freed = lost.filter(job__state=Job.State.CANCELLED).update(
        state=State.CANCELLED, finished_at=now, lease_until=None
    )
    why = _("The work on it broke off %(times)s times.") % {"times": MOST_ATTEMPTS}
    freed += lost.filter(attempts__gte=MOST_ATTEMPTS).update(
        state=State.FAILED, note=why, finished_at=now, lease_until=None
    )
    return freed + lost.update(state=State.WAITING, lease_until=None)


def finish(now: datetime, jobs: QuerySet[Job]) -> int:
    """End those of the jobs in which nothing is left to do; says how many."""
    items = JobItem.objects.filter(job=OuterRef("pk"), state__in=OPEN_ITEMS)
    messages = Message.objects.filter(job=OuterRef("pk"), state__in=Message.UNFINISHED)
    finished = jobs.filter(~Exists(items), ~Exists(messages), state=Job.State.RUNNING)
    ended = finished.update(state=Job.State.DONE, finished_at=now)
    if ended:
        faults.hit("job.finished")
    return ended


def finish_mailings(now: datetime) -> int:
    """End the mailings of which no message waits any more; says how many."""
    return finish(now, Job.objects.filter(kind=Job.Kind.EMAILS))
