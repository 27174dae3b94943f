"""Which invoices a statement is about: those that it lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.models import Invoice
from clients.bulk import batches
from statements.models import Statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delivery.models import Document


def invoices_of(document: Document) -> list[int]:
    """The invoices that the statement names, as long as they are its client's."""
    kept = Statement.objects.filter(document=document).values_list("figures", flat=True)
    found: list[int] = []
    for numbers in batches(_numbers(kept.first() or {})):
        rows = Invoice.objects.filter(number__in=numbers, client=document.client_id)
        found += rows.order_by("pk").values_list("pk", flat=True)
    return found


def _numbers(
    figures: dict[str, list[dict[str, list[dict[str, str]]]]],
) -> Iterator[str]:
    for section in figures.get("sections", ()):
        for item in section["items"]:
            yield item["invoice"]
