"""Many PDFs as one, to look through or to print: with an outline, and page labels."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem

from delivery.models import Document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# So many PDFs are read at a time.
CHUNK = 50


@dataclass(frozen=True, slots=True)
class Part:
    """One of the PDFs; without a title it belongs to the one before."""

    content: bytes
    title: str = ""


def archived(wanted: Iterable[tuple[int, str]]) -> Iterator[Part]:
    """Archived documents by their keys, each with its title, in this order."""
    rest = iter(wanted)
    while some := list(islice(rest, CHUNK)):
        kept = dict(
            Document.objects.filter(pk__in=[key for key, _title in some]).values_list(
                "pk", "content"
            )
        )
        for key, title in some:
            yield Part(bytes(kept[key]), title)


def join_pdfs(parts: Iterable[Part], *, duplex: bool = False) -> bytes:
    """One PDF of many, page after page; equal parts give equal bytes.

    Each title is an entry of the outline, and the labels of the pages begin anew with
    it. For `duplex` printing each part begins on the front of a sheet: a blank page
    follows an odd number of pages.
    """
    target = BytesIO()
    with pikepdf.new() as joined:
        titles = [
            (_append(joined, part.content, duplex=duplex), part.title) for part in parts
        ]
        _describe(joined, [(at, title) for at, title in titles if title])
        if duplex:
            joined.Root.ViewerPreferences = Dictionary(Duplex=Name.DuplexFlipLongEdge)
        joined.save(
            target,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
    return target.getvalue()


def _append(joined: pikepdf.Pdf, content: bytes, *, duplex: bool) -> int:
    """Add the pages of a PDF; where they begin."""
    start = len(joined.pages)
    with pikepdf.open(BytesIO(content)) as source:
        joined.pages.extend(source.pages)
    if duplex and (len(joined.pages) - start) % 2:
        box = joined.pages[-1].mediabox
        size = float(box[2]) - float(box[0]), float(box[3]) - float(box[1])
        joined.add_blank_page(page_size=size)
    return start


def _describe(joined: pikepdf.Pdf, entries: list[tuple[int, str]]) -> None:
    """The outline, and labels that begin anew with each of its entries."""
    if not entries:
        return
    with joined.open_outline() as outline:
        outline.root.extend(OutlineItem(title, at) for at, title in entries)
    joined.Root.PageMode = Name.UseOutlines
    starts = sorted({0, *(at for at, _title in entries)})
    numbers = [part for at in starts for part in (at, Dictionary(S=Name.D, St=1))]
    joined.Root.PageLabels = Dictionary(Nums=Array(numbers))
