"""Letters on paper: joined into one PDF, and written down as posted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from delivery.joining import Part, archived, join_pdfs
from delivery.models import Document, Message
from delivery.pdf import RenderFailure, render_pdf
from dunning.actions.arriving import post_letters
from dunning.actions.enclosing import invoices_of
from dunning.actions.letters import keep_letters
from dunning.facts.posting import letters_to_post, to_post
from dunning.facts.undelivered import in_trouble
from dunning.models import Notice
from dunning.postroom import Envelope, cover_html, in_order

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from dunning.models import Run
    from dunning.postroom import Printing


def paper_pdf(run: Run, today: date, printing: Printing) -> bytes:
    """The letters to print as one PDF, their archived bytes, each with its invoices.

    Without those that changed since they were issued; empty where nothing is left.
    Raises RenderFailure for one that cannot be made.
    """
    fresh = [row.notice.pk for row in letters_to_post(run, today) if not row.changes]
    if not fresh:
        return b""
    chosen = Notice.objects.filter(pk__in=fresh).order_by("pk")
    made = list(chosen.filter(document=None).select_related("client", "run__issued_by"))
    failures = [str(failure) for failure in keep_letters(made) if failure]
    if failures:
        raise RenderFailure("; ".join(failures))
    letters = list(chosen.select_related("client").defer("opening", "closing", "body"))
    envelopes = fill_envelopes(in_order(letters, printing.order))
    titles = [
        (key, one.title if place == 0 else "")
        for one in envelopes
        for place, (key, _pages) in enumerate(one.documents)
    ]
    cover = []
    if printing.cover:
        html = cover_html(envelopes, printing, run.run_on, today)
        cover.append(Part(render_pdf(html), _("Letters to post")))
    return join_pdfs([*cover, *archived(titles)], duplex=printing.duplex)


def fill_envelopes(notices: Sequence[Notice]) -> list[Envelope]:
    """The letters with the invoices they bring along, and how many pages these have."""
    brought = invoices_of(notices)
    keys = [notice.document_id or 0 for notice in notices]
    for documents in brought.values():
        keys += documents
    pages = dict(Document.objects.filter(pk__in=keys).values_list("pk", "pages"))
    return [
        Envelope(
            notice,
            tuple(
                (key, pages[key])
                for key in (notice.document_id or 0, *brought.get(notice.number, ()))
            ),
        )
        for notice in notices
    ]


def confirm_posted(run: Run, chosen: Collection[int], on: date, person: Any) -> int:
    """These letters of the list were printed and posted; how many by this call.

    What their e-mails did is settled with it.
    """
    with transaction.atomic():
        waiting = to_post(run).filter(pk__in=chosen)
        numbers = list(waiting.values_list("number", flat=True))
        posted = post_letters(numbers, on, person)
        in_trouble(numbers).filter(resolution="").update(
            resolution=Message.Resolution.PRINTED,
            resolved_at=timezone.now(),
            resolved_by=person,
        )
    return posted
