"""The page behind the link in a reminder's e-mail: what it shows, and its address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delivery.links import derived_token
from dunning.models import NoticeLine

if TYPE_CHECKING:
    from delivery.models import Document


def invoices_of(document: Document) -> list[int]:
    """The invoices that the letter reminds of, as long as they are its client's.

    Those that were taken off it are owed as before, so they stay.
    """
    lines = NoticeLine.objects.filter(
        notice__number=document.number, invoice__client=document.client_id
    )
    return list(lines.order_by("pk").values_list("invoice_id", flat=True))


def notice_token(number: str) -> str:
    """What opens the page of a letter, known before its document is there."""
    return derived_token("notice", number)
