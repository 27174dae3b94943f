"""Which invoices somebody who has the link to a document may see and pay.

`settings.RECIPIENT_SCOPES` names a module for a kind of document, with one function:
`invoices_of(document) -> list[int]`, the keys of the invoices it is about.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from delivery.models import Document


def invoices_of(document: Document) -> list[int]:
    """The invoices the document is about; none for a kind that nobody speaks for."""
    path = settings.RECIPIENT_SCOPES.get(document.kind)
    return list(import_module(path).invoices_of(document)) if path else []
