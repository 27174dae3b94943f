"""Papers and e-mails in a collection file: bytes, words, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from clients.parts import keys_of, rows_by_keys
from config.zipping import safe_name
from delivery.eml import safe
from delivery.models import Document, Message, MessageEvent, Seal
from delivery.rules.seal import START, said
from delivery.sealed import sealed_facts
from delivery.words import standing_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from config.collection.scope import Scope
    from config.zipping import Bundle

AT_ONCE = 200


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


@dataclass(frozen=True, slots=True)
class Sealed:
    """A seal, and where the chain ended before it."""

    seal: Seal
    previous: str

    def again(self, row: Any) -> dict[str, Any]:
        """All that is needed to compute the seal of its row again."""
        facts = sealed_facts(self.seal.kind, row, self.seal.sealed_at)
        return {
            "position": self.seal.position,
            "sealed": {name: said(fact) for name, fact in facts.items()},
            "digest": self.seal.digest,
            "previous": self.previous,
            "chain": self.seal.chain,
        }


def add_documents(bundle: Bundle, scope: Scope) -> Iterator[Entry]:
    """Every paper with the bytes that were archived; one at a time in memory."""
    place = 0
    for keys in parts_of(keys_of(scope.documents())):
        seals = seals_of(Seal.Kind.DOCUMENT, keys)
        for pk in keys:
            row, place = Document.objects.get(pk=pk), place + 1
            path = f"documents/{place:04d}-{safe_name(row.file_name)}"
            sealed = seals[pk].again(row) if pk in seals else {}
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
    files, place = all_written(), 0
    rows = Message.objects.select_related("document").defer("document__content")
    for keys in parts_of(keys_of(scope.messages())):
        seals = seals_of(Seal.Kind.MESSAGE, keys)
        events = MessageEvent.objects.filter(message__in=list(keys)).order_by()
        reports = seals_of(Seal.Kind.EVENT, list(events.values_list("pk", flat=True)))
        for row in rows_by_keys(rows.prefetch_related("events"), keys):
            place += 1
            sealed = seals[row.pk].again(row) if row.pk in seals else {}
            stem = f"messages/{place:04d}-{safe_name(f'{row.kind}-{row.number}')}"
            told = list(row.events.all())
            bundle.add(
                f"{stem}.txt",
                ["\n".join(message_lines(row, told))],
                message_id=row.message_id,
                reports=[
                    reports[event.pk].again(event)
                    for event in told
                    if event.pk in reports
                ],
                **sealed,
            )
            if row.html:
                bundle.add(f"{stem}.html", [row.html])
            if file := files.get(safe(row.message_id)):
                bundle.add(f"{stem}.eml", [file.read_bytes()])
            yield Entry(
                row.sent_at or row.created_at,
                row.get_kind_display(),
                row.number,
                f"{stem}.txt",
                sealed.get("position"),
                row.subject,
                row.recipient,
                standing_of(row),
            )


def parts_of(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    """Keys in handy parts."""
    for start in range(0, len(keys), AT_ONCE):
        yield keys[start : start + AT_ONCE]


def all_written() -> dict[str, Path]:
    """The newest file of each e-mail that was kept as one, by its Message-ID."""
    names = sorted(settings.MAIL_FOLDER.glob("*-*.eml"))
    return {path.stem.partition("-")[2]: path for path in names}


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
        (_("State"), standing_of(row)),
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


def seals_of(kind: Seal.Kind, rows: Sequence[int]) -> dict[int, Sealed]:
    """The seals of some rows, each with the end of the chain before it."""
    made = list(Seal.objects.filter(kind=kind, row__in=list(rows)))
    before = Seal.objects.filter(position__in=[seal.position - 1 for seal in made])
    chains = dict(before.values_list("position", "chain"))
    return {
        seal.row: Sealed(seal, chains.get(seal.position - 1, START)) for seal in made
    }


def standing_of(row: Message) -> str:
    """How far an e-mail got, in the words of its badge."""
    return standing_name(row.standing)


def moment(at: datetime | None) -> str:
    """A time with its zone, or nothing."""
    return localtime(at).isoformat(timespec="seconds") if at else ""
