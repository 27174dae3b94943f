"""What a PDF bears beside its pages: files, metadata, and drawings under its text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pydyf

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class File:
    """A text file inside a PDF; `relationship` is how it stands to the pages."""

    name: str
    content: bytes
    description: str
    dated_on: date
    relationship: str = "Alternative"


@dataclass(frozen=True, slots=True)
class Extras:
    """What is asked of a PDF beside its HTML.

    `archival` makes it PDF/A-3b, `tagged` PDF/A-3a: programs for the blind can follow
    its text, tables and links. `metadata` are `rdf:Description` elements for its XMP.
    `drawings` are page operators (points from the lower left corner): the last one
    goes under the text of the last page, the one before under the page before.
    """

    archival: bool = False
    tagged: bool = False
    attachments: tuple[File, ...] = ()
    metadata: bytes = b""
    drawings: tuple[bytes, ...] = ()

    @property
    def variant(self) -> str | None:
        """The kind of PDF, as WeasyPrint calls it."""
        if self.tagged:
            return "pdf/a-3a"
        return "pdf/a-3b" if self.archival else None


PLAIN = Extras()


def finish(pdf: pydyf.PDF, extras: Extras) -> None:
    """Complete a PDF that is laid out, before it is written."""
    draw(pdf, extras.drawings, tagged=extras.tagged)
    if extras.metadata:
        describe(pdf, extras.metadata)
    if extras.attachments:
        # WeasyPrint 70 lists each attachment twice.
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))


def draw(pdf: pydyf.PDF, drawings: tuple[bytes, ...], *, tagged: bool) -> None:
    """Put a stream of its own before the text of each of the last pages."""
    last = pdf.page_references[-len(drawings) :] if drawings else ()
    for reference, operators in zip(last, drawings, strict=True):
        # What the tags do not name is decoration: its words stand in the text.
        marked = b"/Artifact BMC\n" + operators + b"\nEMC"
        stream = pydyf.Stream([marked if tagged else operators], compress=True)
        pdf.add_object(stream)
        page = found(pdf, reference)
        page["Contents"] = pydyf.Array([stream.reference, page["Contents"]])


def describe(pdf: pydyf.PDF, metadata: bytes) -> None:
    """Add to the one RDF element of the document's XMP."""
    stream = found(pdf, pdf.catalog["Metadata"])
    [content] = stream.stream
    head, end, tail = content.rpartition(b"</rdf:RDF>")
    stream.stream = [head + metadata + end + tail]


def found(pdf: pydyf.PDF, reference: bytes) -> Any:
    """The object behind a reference such as `12 0 R`."""
    return pdf.objects[int(reference.split()[0])]
