"""Renders letters, keeps them once, joins and sends them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from delivery.actions import archive, attach_document
from delivery.actions.jobs import JobRefusal, start_job, try_again
from delivery.actions.queueing import NewMessage, queue_messages
from delivery.joining import Part, archived, join_pdfs
from delivery.models import Document, Job, Message
from delivery.pdf import RenderFailure, render_pdf, render_sheets
from dunning import facts
from dunning.actions.enclosing import bills_to_draw, draw_bills, enclose_invoices
from dunning.actions.linking import body_with_page, open_pages
from dunning.documents import notice_facts, notice_file_name
from dunning.facts.posting import by_mail
from dunning.models import Notice, NoticeLine, Run
from dunning.paper import draft_sheets, letter_sheets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from django.db.models import QuerySet

    from billing.models import Bill
    from dunning.rules.plan import RunPlan

# So many letters are read and laid out at a time.
CHUNK = 50


class LetterRefusal(Exception):
    """There is no such letter; the text says why."""


@dataclass(frozen=True, slots=True)
class QueueResult:
    """How many e-mails wait now; letters that go by post alone, or need not go."""

    queued: int
    without_email: tuple[Notice, ...]
    paid_since: tuple[Notice, ...]


def letter(notice: Notice) -> Document:
    """The archived PDF of a letter; rendered the first time, never again."""
    if notice.document is None:
        draw_bills(bills_to_draw([notice])[notice.pk])
        [sheet] = letter_sheets([notice])
        _keep(notice, render_pdf(sheet.html, sheet.extras))
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
    kept = zip(missing, keep_letters(missing), strict=True)
    for done, (notice, failure) in enumerate(kept, start=1):
        if failure:
            failures.append(f"{notice.number}: {failure}")
        if progress:
            progress(done, len(missing))
    if failures:
        raise RenderFailure("; ".join(failures))
    return len(missing)


def keep_letters(notices: Sequence[Notice]) -> Iterator[RenderFailure | None]:
    """Render and archive letters on every core; each is kept as soon as it is there.

    For each in its order: None, or why it could not be made. What is archived
    already stays.
    """
    missing = [n for n in notices if n.document_id is None]
    contents, bills = _rendered(missing), bills_to_draw(missing)
    for notice in notices:
        content = next(contents) if notice.document_id is None else b""
        yield _kept(notice, content, bills[notice.pk])


def draw_letters(run: Run, person: Any) -> Job:
    """Have the letters of an issued run made in the background; asked twice, once."""
    about = {"run": run.pk, "on": run.run_on.isoformat()}
    return start_job(Job.Kind.LETTERS, letters_key(run), about, person)


def draw_again(run: Run, person: Any) -> Job:
    """Have those letters made that are not there, whatever became of their job."""
    job = draw_letters(run, person)
    with suppress(JobRefusal):
        try_again(job)
    return job


def multi_pdf(run: Run) -> bytes:
    """All letters of an issued run as one PDF, in the order of the list."""
    render_letters(run)
    rows = run.notices.order_by("pk").values_list(
        "document_id", "client__name", "number"
    )
    return join_pdfs(
        archived((key, f"{name} · {number}") for key, name, number in rows)
    )


def draft_letter(run: Run, client_id: int, currency: str, part: str = "") -> bytes:
    """The letter of a draft as it would be issued now, marked as a draft.

    Where a client gets several, `part` says which; without it they are joined.
    """
    found = [
        planned
        for planned in facts.draft_plan(run, client_id).notices
        if planned.dossier.client_id == client_id
        and planned.dossier.currency == currency
        and part in {"", planned.part}
    ]
    if not found:
        raise LetterRefusal(_("This client gets no letter in this run."))
    sheets = draft_sheets(found, run.run_on)
    if len(sheets) == 1:
        return render_pdf(sheets[0].html, sheets[0].extras)
    return join_pdfs(Part(drawn) for drawn in _whole(render_sheets(sheets)))


def proposal_pdf(plan: RunPlan) -> bytes:
    """All letters of a plan as one PDF, marked as drafts; nothing is kept."""
    sheets = draft_sheets(plan.notices, plan.run_on)
    drawn = _whole(render_sheets(sheets))
    names = [planned.dossier.client_name for planned in plan.notices]
    return join_pdfs(map(Part, drawn, names))


def queue_letters(run: Run, person: Any) -> QueueResult:
    """Put the e-mail of every letter into the outbox, once each, as one mailing.

    Letters whose invoices have all been paid since are not sent. However many
    letters there are, it takes the same few queries for each part of them.
    """
    standing = run.notices.filter(withdrawal=None).order_by("pk")
    letters = standing.select_related("client", "document")
    with transaction.atomic():
        unpaid = set(_still_open(run))
        known = set(
            Message.objects.filter(
                kind=Document.Kind.NOTICE, number__in=run.notices.values("number")
            ).values_list("number", flat=True)
        )
        new = [n for n in letters.defer("document__content") if n.number not in known]
        open_still = [notice for notice in new if notice.pk in unpaid]
        mailed = [notice for notice in open_still if by_mail(notice)]
        queued = _queue(run, mailed, person) if mailed else 0
    return QueueResult(
        queued,
        without_email=tuple(notice for notice in open_still if not by_mail(notice)),
        paid_since=tuple(notice for notice in new if notice.pk not in unpaid),
    )


def mailings(run: Run) -> QuerySet[Job]:
    """The mailings of a run, the first one first."""
    return Job.objects.filter(key__startswith=f"emails:run-{run.pk}:").order_by("pk")


def letters_key(run: Run) -> str:
    """The job that draws the letters of the run."""
    return f"letters:{run.pk}"


def _queue(run: Run, mailed: list[Notice], person: Any) -> int:
    messages = [_message(notice) for notice in mailed]
    queued = queue_messages(messages, person, _mailing(run, person))
    enclose_invoices(mailed)
    open_pages(mailed)
    return queued


def _mailing(run: Run, person: Any) -> Job:
    """The next mailing of the run."""
    key = f"emails:run-{run.pk}:{mailings(run).count() + 1}"
    about = {"of": Job.Kind.LETTERS, "run": run.pk, "on": run.run_on.isoformat()}
    return start_job(Job.Kind.EMAILS, key, about, person)


def _still_open(run: Run) -> QuerySet[NoticeLine, int]:
    lines = NoticeLine.objects.filter(
        notice__run=run, withdrawn_at=None, invoice__open__gt=0
    )
    return lines.values_list("notice_id", flat=True)


def _message(notice: Notice) -> NewMessage:
    return NewMessage(
        kind=Document.Kind.NOTICE,
        number=notice.number,
        client=notice.client,
        language=notice.language,
        recipient=notice.email,
        subject=notice.subject,
        body=body_with_page(notice),
        document=notice.document,
        facts=notice_facts(notice),
    )


def _rendered(notices: list[Notice]) -> Iterator[bytes | RenderFailure]:
    """The PDFs in order; rows are read for CHUNK letters at a time."""
    return render_sheets(
        sheet
        for start in range(0, len(notices), CHUNK)
        for sheet in letter_sheets(notices[start : start + CHUNK])
    )


def _whole(parts: Iterator[bytes | RenderFailure]) -> Iterator[bytes]:
    for part in parts:
        if isinstance(part, RenderFailure):
            raise part
        yield part


def _kept(
    notice: Notice, content: bytes | RenderFailure, bills: list[Bill]
) -> RenderFailure | None:
    """Keep a letter that was drawn, after the invoices it brings along."""
    if isinstance(content, RenderFailure):
        return content
    if content:
        try:
            draw_bills(bills)
        except RenderFailure as failure:
            return failure
        _keep(notice, content)
    return None


def _keep(notice: Notice, content: bytes) -> None:
    """Archive the bytes of a letter; whoever comes second takes the first one's.

    An e-mail that waits for it gets its enclosures first: with its document it may
    leave.
    """
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
        enclose_invoices([notice])
        waited = attach_document(document)
        notice.document = document
        if waited:
            open_pages([notice])
