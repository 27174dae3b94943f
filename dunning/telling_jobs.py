"""The letters about withdrawn reminders as mass work (delivery/workers.py)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from clients.templatetags.format import day
from delivery.models import Job, JobItem
from delivery.workers import Outcome
from dunning.actions.telling import write_retractions
from dunning.models import Notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# Drawn on every core: a batch must keep them busy for a while.
BATCH = 48


def targets(job: Job) -> Iterable[tuple[int, str]]:
    """The withdrawn letters whose clients are to be told."""
    missing = Notice.objects.filter(
        pk__in=job.about["notices"], withdrawal__document=None
    )
    for key, number, name in missing.order_by("pk").values_list(
        "pk", "number", "client__name"
    ):
        yield key, f"{number} {name}"


def work(job: Job, items: Sequence[JobItem]) -> Iterator[Outcome]:
    """Draw and keep the letters, and send them where the reminder went by e-mail."""
    found = Notice.objects.select_related("client").in_bulk([i.target for i in items])
    notices = [found[item.target] for item in items]
    told = write_retractions(notices, job.created_by, job)
    for notice, failure in zip(notices, told, strict=True):
        if failure:
            yield Outcome(JobItem.State.FAILED, str(failure))
        else:
            yield Outcome(result=notice.number)


def title(job: Job) -> str:
    """The run that was undone."""
    words = (
        _("E-mails about withdrawn reminders of %(date)s")
        if job.kind == Job.Kind.EMAILS
        else _("Letters about withdrawn reminders of %(date)s")
    )
    return words % {"date": day(date.fromisoformat(job.about["on"]))}


def address(job: Job) -> str:
    """The run."""
    return reverse("run", args=[job.about["run"]])


def item_address(_job: Job, item: JobItem) -> str:
    """The reminder."""
    return reverse("notice", args=[item.target])
