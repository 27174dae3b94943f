"""Looks whether sealed rows are still what they were: all of them, or one."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from typing import TYPE_CHECKING, Any

from clients.parts import keys_of, rows_by_keys
from delivery.models import Document, Message, Seal
from delivery.rules.seal import START, digest, link
from delivery.sealed import FACTS, rows_of, sealed_facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LINKS_AT_ONCE = 200
# Documents are large: few are held at a time.
ROWS_AT_ONCE = 5


@dataclass(frozen=True, slots=True)
class Row:
    """A sealed row as it is now: its name, its digest, and whether its bytes hold."""

    name: str
    digest: str
    bytes_kept: bool = True


@dataclass(frozen=True, slots=True)
class DocumentCheck:
    """What became of one document's seal; `seal` is missing only by tampering."""

    seal: Seal | None
    bytes_kept: bool
    as_sealed: bool
    joined: bool

    @property
    def good(self) -> bool:
        """Whether nothing was changed."""
        return self.bytes_kept and self.as_sealed and self.joined


def check_document(pk: int) -> DocumentCheck:
    """One document: its bytes, what is said of it, and its place in the chain."""
    seal = Seal.objects.filter(kind=Seal.Kind.DOCUMENT, row=pk).first()
    if seal is None:
        content, kept = Document.objects.values_list("content", "sha256").get(pk=pk)
        return DocumentCheck(None, holds(content, kept), as_sealed=False, joined=False)
    before = Seal.objects.filter(position=seal.position - 1).first()
    previous = before.chain if before else START
    row = rows_now([seal])[seal.kind, pk]
    return DocumentCheck(
        seal,
        bytes_kept=row.bytes_kept,
        as_sealed=row.digest == seal.digest,
        joined=link(previous, seal.digest) == seal.chain,
    )


def last_seal() -> Seal | None:
    """Where the chain ends: how many entries there are, since when, and its hash."""
    return Seal.objects.order_by("-position").first()


def links(last: int) -> Iterator[tuple[Seal, Row | None]]:
    """Every link up to the position `last`, with its row; None where it is gone."""
    rows = Seal.objects.filter(position__lte=last).order_by("position")
    walk = rows_by_keys(rows, keys_of(rows))
    while part := list(islice(walk, LINKS_AT_ONCE)):
        found = rows_now(part)
        for seal in part:
            yield seal, found.get((seal.kind, seal.row))


def rows_now(seals: Iterable[Seal]) -> dict[tuple[str, int], Row]:
    """What the rows of some seals say now, by kind and key."""
    found = {}
    for kind in FACTS:
        mine = {seal.row: seal for seal in seals if seal.kind == kind}
        rows = rows_of(kind).filter(pk__in=mine)
        for row in rows.iterator(chunk_size=ROWS_AT_ONCE):
            said = digest(sealed_facts(kind, row, mine[row.pk].sealed_at))
            found[kind, row.pk] = Row(name_of(row), said, whole(row))
    return found


def name_of(row: Any) -> str:
    """A sealed row in the words that people know it by."""
    if isinstance(row, Document):
        return f"{row.kind} {row.number}"
    if isinstance(row, Message):
        return f"{row.kind} {row.number} to {row.recipient}"
    return f"{row.pk} ({row.kind} at {row.happened_at:%Y-%m-%d %H:%M})"


def whole(row: Any) -> bool:
    """Whether a document's bytes still have their hash; others have no bytes."""
    return not isinstance(row, Document) or holds(row.content, row.sha256)


def holds(content: Any, kept: str) -> bool:
    """Whether bytes have the hash that was taken of them."""
    return sha256(bytes(content)).hexdigest() == kept
