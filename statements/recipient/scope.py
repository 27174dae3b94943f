"""Which invoices a statement is about: those it lists, older ones it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing.models import Invoice
from clients.bulk import batches
from clients.models import Client
from statements.models import Statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delivery.models import Document


def invoices_of(document: Document) -> list[int]:
    """The invoices that the statement names, as long as they are its client's.

    One of unpaid invoices only counts the older ones, as its balance holds them: they
    are paid here as well.
    """
    made = Statement.objects.filter(document=document).first()
    if made is None:
        return []
    found: list[int] = []
    for numbers in batches(_numbers(made.figures)):
        rows = Invoice.objects.filter(number__in=numbers, client=document.client_id)
        found += rows.order_by("pk").values_list("pk", flat=True)
    return [*found, *_older(made)] if _counts_older(made.figures) else found


def _numbers(figures: dict[str, Any]) -> Iterator[str]:
    for section in figures["sections"]:
        for item in section["items"]:
            yield item["invoice"]


def _counts_older(figures: dict[str, Any]) -> bool:
    sections = figures["sections"]
    return any(section.get("earlier", {}).get("count") for section in sections)


def _older(made: Statement) -> list[int]:
    """The client's open invoices from before the period that were known then.

    None once another client was merged into it: which of them were whose is not told.
    """
    if made.known is None or Client.objects.filter(merged_into=made.client_id).exists():
        return []
    rows = Invoice.objects.filter(
        client=made.client_id,
        issued_on__lt=made.start,
        pk__lte=made.known["invoice"],
        open__above_zero=True,
    )
    return list(rows.order_by("pk").values_list("pk", flat=True))
