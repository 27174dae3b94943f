"""Tells clients that a reminder they had does not count any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.timezone import localdate

from delivery.actions import archive, attach_document
from delivery.actions.jobs import mailing_of, start_job
from delivery.actions.queueing import queue_message
from delivery.models import Document, Job, Message
from delivery.pdf import RenderFailure, render_many
from delivery.poking import poke_mail
from dunning.facts.undelivered import arrived_all
from dunning.models import Notice, Withdrawal
from dunning.retraction import (
    retraction_file_name,
    retraction_mail,
    retractions_html,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dunning.models import Run

WORK = "withdrawals"


def tell_clients(run: Run, notices: Sequence[int], person: Any) -> Job:
    """Have letters about withdrawn reminders made and sent in the background."""
    asked = Job.objects.filter(key__startswith=f"{WORK}:{run.pk}:").count()
    about = {
        "of": WORK,
        "run": run.pk,
        "on": run.run_on.isoformat(),
        "notices": list(notices),
    }
    return start_job(Job.Kind.LETTERS, f"{WORK}:{run.pk}:{asked + 1}", about, person)


def tell_client(notice: Notice, person: Any) -> bool:
    """Write and send the letter about one; whether it goes by e-mail.

    Raises RenderFailure; asked twice, there is one letter and one e-mail.
    """
    [failure] = write_retractions([notice], person)
    if failure:
        raise failure
    return Message.objects.filter(
        kind=Document.Kind.WITHDRAWAL, number=notice.number
    ).exists()


def write_retractions(
    notices: Sequence[Notice], person: Any, job: Job | None = None
) -> Iterator[RenderFailure | None]:
    """Draw, archive and queue them; for each in its order None, or why it failed.

    Who had the reminder by e-mail gets this by e-mail, at the same address; the
    others are printed.
    """
    mailboxes = dict(
        arrived_all([notice.number for notice in notices])
        .order_by("pk")
        .values_list("number", "recipient")
    )
    contents = render_many(retractions_html(notices, localdate()))
    for notice, content in zip(notices, contents, strict=True):
        if isinstance(content, RenderFailure):
            yield content
            continue
        _keep(notice, content, mailboxes.get(notice.number, ""), person, job)
        yield None
    if mailboxes:
        poke_mail()


def _keep(
    notice: Notice, content: bytes, recipient: str, person: Any, job: Job | None
) -> None:
    """Archive the letter beside its withdrawal, and queue its e-mail; both once."""
    with transaction.atomic():
        if recipient:
            _queue(notice, recipient, person, job)
        document = archive(
            kind=Document.Kind.WITHDRAWAL,
            number=notice.number,
            client=notice.client,
            language=notice.language,
            file_name=retraction_file_name(notice),
            content=content,
            person=person,
        )
        Withdrawal.objects.filter(notice=notice, document=None).update(
            document=document
        )
        attach_document(document)


def _queue(notice: Notice, recipient: str, person: Any, job: Job | None) -> None:
    subject, body = retraction_mail(notice)
    queue_message(
        kind=Document.Kind.WITHDRAWAL,
        number=notice.number,
        client=notice.client,
        language=notice.language,
        recipient=recipient,
        subject=subject,
        body=body,
        person=person,
        job=mailing_of(job) if job else None,
    )
