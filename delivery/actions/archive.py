"""Keeps the bytes of finished documents, for good and sealed."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import transaction

from delivery.actions.sealing import seal
from delivery.edition import edition
from delivery.models import Document, Seal
from delivery.pdf import page_count

if TYPE_CHECKING:
    from clients.models import Client


def archive(
    *,
    kind: str,
    number: str,
    client: Client,
    language: str,
    file_name: str,
    content: bytes,
    person: Any,
) -> Document:
    """Keep the bytes of a document for good; what is kept already comes back as it is.

    Whoever comes second gets the first one's bytes: a number has one document. In a
    transaction of the caller, archive one document, as late as possible: the end of
    the chain is held from here on.
    """
    with transaction.atomic():
        document, made = Document.objects.get_or_create(
            kind=kind,
            number=number,
            defaults={
                "client": client,
                "language": language,
                "file_name": file_name,
                "pages": page_count(content),
                "sha256": sha256(content).hexdigest(),
                "content": content,
                "edition": edition(),
                "created_by": person,
            },
        )
        if made:
            seal(Seal.Kind.DOCUMENT, document.pk)
    return document
