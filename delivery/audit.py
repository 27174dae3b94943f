"""Checks the archive: bytes, seals, their chain, and what messages say of reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from clients.rules.findings import Finding
from delivery.checking import links, name_of
from delivery.models import Message, MessageEvent, Seal, SealHead
from delivery.rules.seal import START, link
from delivery.rules.tracking import FLAGS
from delivery.sealed import FACTS, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from delivery.checking import Row

TABLES = {"document": "document", "message": "message", "event": "delivery report"}


def audit() -> Iterator[Finding]:
    """Everything in the archive that is not as it was sealed; nothing is repaired."""
    yield from chain()
    yield from not_sealed()
    yield from flags()
    yield from carried()


def chain() -> Iterator[Finding]:
    """Each link and its row, from the first to where the chain ends.

    The end is read first: what is sealed meanwhile comes after it.
    """
    head = SealHead.objects.first() or SealHead()
    previous, last = START, 0
    for seal, row in links(head.position):
        if seal.position != last + 1:
            yield Finding("seal", str(last + 1), "is missing")
        yield from link_holds(seal, row, previous)
        previous, last = seal.chain, seal.position
    if (last, previous) != (head.position, head.chain):
        yield Finding(
            "seal", str(last), f"the chain should end at {head.position}: {head.chain}"
        )
    end = Coalesce(Subquery(SealHead.objects.values("position")[:1]), Value(0))
    beyond = Seal.objects.filter(position__gt=end).order_by("position")
    for position in beyond.values_list("position", flat=True):
        yield Finding("seal", str(position), "stands behind the end of the chain")


def link_holds(seal: Seal, row: Row | None, previous: str) -> Iterator[Finding]:
    """One link: its row is there and says the same, and it joins the one before."""
    if row is None:
        yield gone(seal)
    else:
        table = TABLES[seal.kind]
        if not row.bytes_kept:
            yield Finding(table, row.name, "its bytes were changed")
        if row.digest != seal.digest:
            yield Finding(
                table, row.name, f"it is not what seal {seal.position} was put on"
            )
    if link(previous, seal.digest) != seal.chain:
        yield Finding("seal", str(seal.position), "does not join the one before")


def gone(seal: Seal) -> Finding:
    """A seal without its row: deleted, or a message that is no longer `sent`."""
    if seal.kind == Seal.Kind.MESSAGE:
        message = Message.objects.filter(pk=seal.row).first()
        if message:
            problem = f"was sent, says seal {seal.position}, and is {message.state}"
            return Finding("message", name_of(message), problem)
    return Finding("seal", str(seal.position), f"its {seal.kind} {seal.row} is gone")


def not_sealed() -> Iterator[Finding]:
    """Documents, sent messages and reports without their link."""
    for kind in FACTS:
        seals = Seal.objects.filter(kind=kind, row=OuterRef("pk"))
        rows: Any = rows_of(kind).filter(~Exists(seals)).order_by("pk")
        if kind == Seal.Kind.DOCUMENT:
            rows = rows.defer("content")
        for row in rows.iterator(chunk_size=500):
            yield Finding(TABLES[kind], name_of(row), "was never sealed")


def flags() -> Iterator[Finding]:
    """Times of arrival, bounce and the like against the reports they come from."""
    for flag in sorted(set(FLAGS.values())):
        kinds = [kind for kind, sets in FLAGS.items() if sets == flag]
        reports = MessageEvent.objects.filter(message=OuterRef("pk"), kind__in=kinds)
        first = reports.order_by("happened_at").values("happened_at")[:1]
        rows = Message.objects.annotate(reported=Subquery(first)).filter(
            Q(**{f"{flag}_at__isnull": True}, reported__isnull=False)
            | Q(**{f"{flag}_at__isnull": False}, reported__isnull=True)
            | Q(**{f"{flag}_at__lt": F("reported")})
            | Q(**{f"{flag}_at__gt": F("reported")})
        )
        for row in rows.defer("body", "html").order_by("pk").iterator(chunk_size=500):
            kept = getattr(row, f"{flag}_at")
            yield Finding(
                "message",
                name_of(row),
                f"{flag} at {kept}, its reports say {row.reported}",
            )


def carried() -> Iterator[Finding]:
    """Messages that left without a document, or with that of somebody else."""
    sent = Message.objects.filter(state=Message.State.SENT)
    for number in sent.filter(document=None).values_list("number", flat=True):
        yield Finding("message", number, "was sent without its document")
    strange = Message.objects.filter(document__isnull=False).exclude(
        client=F("document__client"),
        kind=F("document__kind"),
        number=F("document__number"),
    )
    for row in strange.defer("body", "html").order_by("pk").iterator(chunk_size=500):
        yield Finding("message", name_of(row), "carries the document of another")
