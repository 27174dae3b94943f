"""What of a row is sealed: all that it said when it left, but not its client.

A client may be merged into another, and its papers follow.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from delivery.models import Document, Message, MessageEvent, Seal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from django.db.models import QuerySet

    from delivery.rules.seal import Fact


def sealed_facts(kind: str, row: Any, sealed_at: datetime) -> dict[str, Fact]:
    """All that the digest of a link is made of: the row, which it is, and when."""
    return {
        **FACTS[kind](row),
        "seal": str(kind),
        "row": row.pk,
        "sealed_at": sealed_at,
    }


def rows_of(kind: str) -> QuerySet[Any, Any]:
    """The rows that must be sealed under a kind, with what their facts need."""
    if kind == Seal.Kind.DOCUMENT:
        return Document.objects.all()
    if kind == Seal.Kind.MESSAGE:
        sent = Message.objects.filter(state=Message.State.SENT)
        return sent.select_related("document").defer("document__content")
    return MessageEvent.objects.all()


def document_facts(row: Any) -> Mapping[str, Fact]:
    """A document, its bytes by the hash they have now."""
    return {
        "kind": row.kind,
        "number": row.number,
        "language": row.language,
        "file_name": row.file_name,
        "pages": row.pages,
        "sha256": sha256(bytes(row.content)).hexdigest(),
        "edition": row.edition,
        "created_at": row.created_at,
        "created_by": row.created_by_id,
    }


def message_facts(row: Any) -> Mapping[str, Fact]:
    """A message that has left, and the document that it carried."""
    return {
        "message_id": row.message_id,
        "kind": row.kind,
        "number": row.number,
        "occasion": row.occasion,
        "language": row.language,
        "recipient": row.recipient,
        "sender": row.sender,
        "reply_to": row.reply_to,
        "subject": row.subject,
        "body": hash_of(row.body),
        "html": hash_of(row.html),
        "document": row.document_id,
        "document_sha256": row.document.sha256 if row.document else None,
        "link": row.link_id,
        "job": row.job_id,
        "carrier": row.carrier,
        "carrier_id": row.carrier_id,
        "created_at": row.created_at,
        "created_by": row.created_by_id,
        "sent_at": row.sent_at,
    }


def event_facts(row: Any) -> Mapping[str, Fact]:
    """What a provider told us."""
    return {
        "message": row.message_id,
        "provider": row.provider,
        "event_key": row.event_key,
        "kind": row.kind,
        "recipient": row.recipient,
        "reason": row.reason,
        "happened_at": row.happened_at,
        "received_at": row.received_at,
    }


def hash_of(text: str) -> str:
    """The SHA-256 of a text."""
    return sha256(text.encode()).hexdigest()


# By the kind of seal: which facts of its rows are sealed.
FACTS: dict[str, Callable[[Any], Mapping[str, Fact]]] = {
    "document": document_facts,
    "message": message_facts,
    "event": event_facts,
}
