"""The invoices that a letter brings along, where its level wants that."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from billing.actions.papers import bill_document
from billing.models import Bill
from delivery.actions.outbox import enclose
from delivery.models import Document
from dunning.models import NoticeLine

if TYPE_CHECKING:
    from collections.abc import Collection

    from dunning.models import Notice


def invoices_of(notices: Collection[Notice]) -> dict[str, list[int]]:
    """The archived invoices of letters that bring them, by number, each once.

    One that was imported has no paper of ours.
    """
    wanting = _wanting(notices)
    if not wanting:
        return {}
    lines = NoticeLine.objects.filter(
        notice__in=wanting, invoice__bill__document__isnull=False
    )
    found: dict[str, dict[int, None]] = defaultdict(dict)
    for number, document in lines.order_by("pk").values_list(
        "notice__number", "invoice__bill__document"
    ):
        found[number][document] = None
    return {number: list(documents) for number, documents in found.items()}


def bills_to_draw(notices: Collection[Notice]) -> dict[int, list[Bill]]:
    """The bills of such letters whose paper is not archived yet, by letter."""
    wanting = _wanting(notices)
    found: dict[int, list[Bill]] = defaultdict(list)
    if not wanting:
        return found
    bills = Bill.objects.filter(
        invoices__notice_lines__notice__in=wanting, document=None
    ).select_related("client", "logo")
    lines = NoticeLine.objects.filter(notice__in=wanting, invoice__bill__in=bills)
    missing = bills.in_bulk()
    for notice, bill in lines.values_list("notice", "invoice__bill").distinct():
        found[notice].append(missing[bill])
    return found


def draw_bills(bills: Collection[Bill]) -> None:
    """Draw and archive their papers; raises RenderFailure. Not in a transaction."""
    for bill in bills:
        bill_document(bill)


def enclose_invoices(notices: Collection[Notice]) -> None:
    """Have the waiting e-mails of these letters bring their invoices along."""
    if wanted := invoices_of(notices):
        enclose(Document.Kind.NOTICE, wanted)


def _wanting(notices: Collection[Notice]) -> list[int]:
    return [notice.pk for notice in notices if notice.attach_invoices]
