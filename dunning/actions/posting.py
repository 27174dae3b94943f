"""Letters on paper: joined into one PDF, and written down as posted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from delivery.joining import archived, join_pdfs
from delivery.models import Message
from delivery.pdf import RenderFailure
from dunning.actions.arriving import post_letters
from dunning.actions.letters import keep_letters
from dunning.facts.posting import letters_to_post, to_post
from dunning.facts.undelivered import in_trouble
from dunning.models import Notice

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from dunning.models import Run


def paper_pdf(run: Run, today: date) -> bytes:
    """The letters to print as one PDF, their archived bytes, in the order of the list.

    Without those that changed since they were issued; empty where nothing is left.
    Raises RenderFailure for one that cannot be made.
    """
    fresh = [row.notice.pk for row in letters_to_post(run, today) if not row.changes]
    chosen = Notice.objects.filter(pk__in=fresh)
    missing = chosen.filter(document=None).order_by("pk")
    made = list(missing.select_related("client", "run__issued_by"))
    failures = [str(failure) for failure in keep_letters(made) if failure]
    if failures:
        raise RenderFailure("; ".join(failures))
    kept = chosen.order_by("pk").values_list("document_id", "client__name", "number")
    titles = [(key, f"{name} · {number}") for key, name, number in kept]
    return join_pdfs(archived(titles)) if titles else b""


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
