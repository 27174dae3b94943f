"""Papers and e-mails in a collection file: bytes, words, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from clients.parts import keys_of
from config.zipping import safe_name
from delivery.eml import written
from delivery.models import Document, Message, MessageEvent, Seal
from delivery.rules.seal import START, said
from delivery.sealed import sealed_facts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from config.collection.scope import Scope
    from config.zipping import Bundle
    from delivery.rules.seal import Fact


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the index: a paper or an e-mail, and where it is in the file."""

    at: datetime
    kind: str
    number: str
    path: str
    seal: int | None
    subject: str = ""
    recipient: str = ""
    state: str = ""


def add_documents(bundle: Bundle, scope: Scope) -> Iterator[Entry]:
    """Every paper with the bytes that were archived; one at a time in memory."""
    for place, pk in enumerate(keys_of(scope.documents()), start=1):
        row = Document.objects.get(pk=pk)
        path = f"documents/{place:04d}-{safe_name(row.file_name)}"
        sealed = seal_of(Seal.Kind.DOCUMENT, row)
        bundle.add(
            path,
            [bytes(row.content)],
            kind=row.kind,
            number=row.number,
            # As it was taken on the day the paper was archived.
            archived_sha256=row.sha256,
            **sealed,
        )
        yield Entry(
            row.created_at,
            row.get_kind_display(),
            row.number,
            path,
            sealed.get("position"),
        )


def add_messages(bundle: Bundle, scope: Scope) -> Iterator[Entry]:
    """Every e-mail as text, and as it left where it was kept as a file."""
    for place, pk in enumerate(keys_of(scope.messages()), start=1):
        row = Message.objects.select_related("document").get(pk=pk)
        events = list(row.events.all())
        stem = f"messages/{place:04d}-{safe_name(f'{row.kind}-{row.number}')}"
        sealed = seal_of(Seal.Kind.MESSAGE, row)
        bundle.add(
            f"{stem}.txt",
            ["\n".join(message_lines(row, events))],
            message_id=row.message_id,
            reports=[seal_of(Seal.Kind.EVENT, event) for event in events],
            **sealed,
        )
        if row.html:
            bundle.add(f"{stem}.html", [row.html])
        if file := written(row.message_id):
            bundle.add(f"{stem}.eml", [file.read_bytes()])
        yield Entry(
            row.sent_at or row.created_at,
            row.get_kind_display(),
            row.number,
            f"{stem}.txt",
            sealed.get("position"),
            row.subject,
            row.recipient,
            row.get_state_display(),
        )


def message_lines(row: Message, events: list[MessageEvent]) -> Iterator[str]:
    """One e-mail to read: its head, its words, and what was reported of it."""
    document = row.document
    for name, value in (
        ("Message-ID", row.message_id),
        ("From", row.sender),
        ("To", row.recipient),
        ("Reply-To", row.reply_to),
        ("Subject", row.subject),
        ("Content-Language", row.language),
        (_("Written"), moment(row.created_at)),
        (_("Sent"), moment(row.sent_at)),
        (_("State"), row.get_state_display()),
        (_("Carried by"), " ".join((row.carrier, row.carrier_id)).strip()),
        (_("Note"), row.error),
        (_("Attachment"), document.file_name if document else ""),
        ("SHA-256", document.sha256 if document else ""),
    ):
        if value:
            yield f"{name}: {value}"
    yield ""
    yield row.body
    yield ""
    yield _("Reports of the mail service:") if events else _("No report came back.")
    for event in events:
        parts = (moment(event.happened_at), event.kind, event.recipient, event.reason)
        yield " · ".join(part for part in parts if part)
    yield ""


def seal_of(kind: Seal.Kind, row: Any) -> dict[str, Any]:
    """All that is needed to compute the seal of a row again; empty without one."""
    made = Seal.objects.filter(kind=kind, row=row.pk).first()
    if made is None:
        return {}
    before = Seal.objects.filter(position=made.position - 1).first()
    facts: dict[str, Fact] = sealed_facts(kind, row, made.sealed_at)
    return {
        "position": made.position,
        "sealed": {name: said(fact) for name, fact in facts.items()},
        "digest": made.digest,
        "previous": before.chain if before else START,
        "chain": made.chain,
    }


def moment(at: datetime | None) -> str:
    """A time with its zone, or nothing."""
    return localtime(at).isoformat(timespec="seconds") if at else ""
