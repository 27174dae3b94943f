"""The letters of a run as mass work (delivery/workers.py)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from clients.templatetags.format import day
from delivery.models import Job, JobItem
from delivery.workers import Outcome
from dunning.actions.letters import keep_letters
from dunning.models import Notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# Drawn on every core: a batch must keep them busy for a while.
BATCH = 48


def targets(job: Job) -> Iterable[tuple[int, str]]:
    """The letters of the run that are not drawn yet."""
    missing = Notice.objects.filter(run=job.about["run"], document=None)
    for key, number, name in missing.order_by("pk").values_list(
        "pk", "number", "client__name"
    ):
        yield key, f"{number} {name}"


def work(_job: Job, items: Sequence[JobItem]) -> Iterator[Outcome]:
    """Draw and keep the letters; what is kept already stays as it is."""
    keys = [item.target for item in items]
    found = Notice.objects.select_related("client", "run__issued_by").in_bulk(keys)
    notices = [found[key] for key in keys]
    for notice, failure in zip(notices, keep_letters(notices), strict=True):
        if failure:
            yield Outcome(JobItem.State.FAILED, str(failure))
        else:
            yield Outcome(result=notice.number)


def title(job: Job) -> str:
    """The run whose letters are drawn, or sent."""
    date_of_run = day(date.fromisoformat(job.about["on"]))
    words = (
        _("E-mails of the dunning run of %(date)s")
        if job.kind == Job.Kind.EMAILS
        else _("Letters of the dunning run of %(date)s")
    )
    return words % {"date": date_of_run}


def address(job: Job) -> str:
    """The run."""
    return reverse("run", args=[job.about["run"]])


def item_address(_job: Job, item: JobItem) -> str:
    """The letter."""
    return reverse("notice", args=[item.target])
