"""Checks the archived bytes against their hashes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from clients.rules.findings import Finding
from delivery.models import Document, Message

if TYPE_CHECKING:
    from collections.abc import Iterator


def audit() -> Iterator[Finding]:
    """Documents whose bytes changed, and messages without what they carried."""
    rows = Document.objects.values_list("kind", "number", "sha256", "content")
    for kind, number, kept, content in rows.iterator(chunk_size=50):
        if hashlib.sha256(bytes(content)).hexdigest() != kept:
            yield Finding("document", f"{kind} {number}", "its bytes were changed")
    sent = Message.objects.filter(state=Message.State.SENT, document=None)
    for number in sent.values_list("number", flat=True):
        yield Finding("message", number, "was sent without its document")
