"""Statements of many clients as mass work (delivery/workers.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from clients.templatetags.format import day
from delivery.models import Job, JobItem
from delivery.workers import Outcome
from statements.actions import issue_turns, made_before
from statements.rules.orders import Order
from statements.turning import turns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from statements.actions import Made

# Drawn on every core: a batch must keep them busy for a while.
BATCH = 24


def targets(job: Job) -> Iterable[tuple[int, str]]:
    """The clients whose turn it is; the others were shown with their reasons."""
    order = Order.of(job.about)
    for turn in turns(order):
        if not turn.reason:
            yield turn.client.pk, f"{turn.client.number} {turn.client.name}"


def work(job: Job, items: Sequence[JobItem]) -> Iterator[Outcome]:
    """Issue the statements, and send them where that is ordered.

    Whose turn it was is asked again: somebody may have issued one meanwhile. What
    this order made before its worker was ended is found and not made anew.
    """
    order = Order.of(job.about)
    keys = [item.target for item in items]
    found = {turn.client.pk: turn for turn in turns(order, keys)}
    made = issue_turns(
        [found[key] for key in keys if key in found],
        order,
        issued_on=localdate(),
        person=job.created_by,
        known=made_before(order, keys),
        job=job,
    )
    for key in keys:
        yield outcome(next(made)) if key in found else gone()


def outcome(made: Made) -> Outcome:
    """What became of a client, as the job's list says it."""
    if made.statement:
        return Outcome(note=made.reason, result=made.statement.number)
    state = JobItem.State.FAILED if made.failed else JobItem.State.SKIPPED
    return Outcome(state, made.reason)


def gone() -> Outcome:
    """A client that was merged into another one since it was listed."""
    return Outcome(JobItem.State.SKIPPED, _("The client was merged into another one."))


def title(job: Job) -> str:
    """Up to which day they are issued, or sent."""
    end = day(Order.of(job.about).end)
    words = (
        _("E-mails of the statements at %(date)s")
        if job.kind == Job.Kind.EMAILS
        else _("Statements of account at %(date)s")
    )
    return words % {"date": end}


def address(job: Job) -> str:
    """What the job has made, to be printed."""
    return reverse("statements_made", args=[job.about.get("job", job.pk)])


def item_address(_job: Job, item: JobItem) -> str:
    """The client."""
    return reverse("client", args=[item.target])
