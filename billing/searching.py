"""Finds invoices and payments by a part of their number, or by their client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from clients.facts import matching
from clients.models import Client

if TYPE_CHECKING:
    from django.db.models import QuerySet

# A part of a number that more than so many bear is no search, but a filter.
FEW = 1000


def found_by(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Those whose number holds the text, or whose client the search finds.

    Numbers and clients are looked through on their own, each in its index: the
    two at once would read every invoice with its client, three times a page.
    """
    text = text.strip()
    numbered = Q(number__icontains=text)
    clients = Client.objects.order_by().filter(matching(text)).values("pk")
    everyone = rows.model._default_manager.order_by()  # noqa: SLF001
    keys = list(everyone.filter(numbered).values_list("pk", flat=True)[: FEW + 1])
    if len(keys) <= FEW:
        numbered = Q(pk__in=keys)
    return rows.filter(numbered | Q(client__in=clients))
