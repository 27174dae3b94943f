"""Renders letters, keeps them once, joins and sends them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from delivery.actions import archive, attach_document, queue_message
from delivery.models import Document, Message
from delivery.pdf import RenderFailure, join_pdfs, render_many, render_pdf
from delivery.tasks import send_messages
from dunning import facts
from dunning.documents import draft_html, notice_file_name, notices_html
from dunning.models import Notice, NoticeLine, Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.models import QuerySet

    from dunning.rules.plan import RunPlan

# So many letters are read and laid out at a time.
CHUNK = 50


class LetterRefusal(Exception):
    """There is no such letter; the text says why."""


@dataclass(frozen=True, slots=True)
class QueueResult:
    """How many e-mails wait now, and whose letters cannot go or need not go."""

    queued: int
    without_email: tuple[Notice, ...]
    paid_since: tuple[Notice, ...]


def letter(notice: Notice) -> Document:
    """The archived PDF of a letter; rendered the first time, never again."""
    if notice.document is None:
        [html] = notices_html([notice])
        _keep(notice, render_pdf(html))
    assert notice.document is not None  # noqa: S101 - kept just now
    return notice.document


def render_letters(run: Run, progress: Callable[[int, int], None] | None = None) -> int:
    """Render and archive the letters of a run that are not yet; says how many.

    `progress` is told how many of how many are done. Raises RenderFailure at the
    end for those that could not be made.
    """
    missing = list(
        run.notices.filter(document=None)
        .order_by("pk")
        .select_related("client", "run__issued_by")
    )
    failures = []
    rendered = zip(missing, _rendered(missing), strict=True)
    for done, (notice, content) in enumerate(rendered, start=1):
        if isinstance(content, RenderFailure):
            failures.append(f"{notice.number}: {content}")
        else:
            _keep(notice, content)
        if progress:
            progress(done, len(missing))
    if failures:
        raise RenderFailure("; ".join(failures))
    return len(missing)


def multi_pdf(run: Run) -> bytes:
    """All letters of an issued run as one PDF, in the order of the list."""
    render_letters(run)
    kept = Document.objects.filter(notice__run=run).order_by("notice__pk")
    contents = kept.values_list("content", flat=True).iterator(CHUNK)
    return join_pdfs(bytes(content) for content in contents)


def draft_letter(run: Run, client_id: int, currency: str) -> bytes:
    """One letter of a draft as it would be issued now, marked as a draft."""
    for planned in facts.draft_plan(run).notices:
        if (planned.dossier.client_id, planned.dossier.currency) == (
            client_id,
            currency,
        ):
            return render_pdf(draft_html(planned, run.run_on))
    raise LetterRefusal(_("This client gets no letter in this run."))


def proposal_pdf(plan: RunPlan) -> bytes:
    """All letters of a plan as one PDF, marked as drafts; nothing is kept."""
    htmls = [draft_html(planned, plan.run_on) for planned in plan.notices]
    return join_pdfs(_whole(render_many(htmls)))


def queue_letters(run: Run, person: Any) -> QueueResult:
    """Put the e-mail of every letter into the outbox, once each.

    Letters whose invoices have all been paid since are not sent.
    """
    notices = list(run.notices.order_by("pk").select_related("client", "document"))
    unpaid = set(_still_open(run))
    without_email, paid_since, queued = [], [], 0
    with transaction.atomic():
        known = set(
            Message.objects.filter(
                kind=Document.Kind.NOTICE, number__in=run.notices.values("number")
            ).values_list("number", flat=True)
        )
        for notice in notices:
            if notice.number in known:
                continue
            if notice.pk not in unpaid:
                paid_since.append(notice)
            elif not notice.email:
                without_email.append(notice)
            else:
                _queue(notice, person)
                queued += 1
        transaction.on_commit(lambda: send_messages.enqueue())  # noqa: PLW0108
    return QueueResult(queued, tuple(without_email), tuple(paid_since))


def _still_open(run: Run) -> QuerySet[NoticeLine, int]:
    lines = NoticeLine.objects.filter(
        notice__run=run, withdrawn_at=None, invoice__open__gt=0
    )
    return lines.values_list("notice_id", flat=True)


def _queue(notice: Notice, person: Any) -> None:
    queue_message(
        kind=Document.Kind.NOTICE,
        number=notice.number,
        client=notice.client,
        language=notice.language,
        recipient=notice.email,
        subject=notice.subject,
        body=notice.body,
        document=notice.document,
        person=person,
    )


def _rendered(notices: list[Notice]) -> Iterator[bytes | RenderFailure]:
    """The PDFs in order; rows are read for CHUNK letters at a time."""
    htmls = [
        html
        for start in range(0, len(notices), CHUNK)
        for html in notices_html(notices[start : start + CHUNK])
    ]
    return render_many(htmls)


def _whole(parts: Iterator[bytes | RenderFailure]) -> Iterator[bytes]:
    for part in parts:
        if isinstance(part, RenderFailure):
            raise part
        yield part


def _keep(notice: Notice, content: bytes) -> None:
    """Archive the bytes of a letter; whoever comes second takes the first one's."""
    with transaction.atomic():
        document = archive(
            kind=Document.Kind.NOTICE,
            number=notice.number,
            client=notice.client,
            language=notice.language,
            file_name=notice_file_name(notice),
            content=content,
            person=notice.run.issued_by,
        )
        Notice.objects.filter(pk=notice.pk, document=None).update(document=document)
        attach_document(document)
    notice.document = document
