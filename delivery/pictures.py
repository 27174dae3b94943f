"""Finished pages to look at: the PDF that was drawn, and its pages as pictures.

Who turns pages asks for the same document again and again: it is drawn once and kept
for some minutes in this process. Whatever is lost is drawn again, to the same bytes.
"""

from __future__ import annotations

import pickle
import time
from collections import OrderedDict
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING

from delivery.pdf import failure, limits, page_count, render_pdf
from delivery.press.press import Press, Spoilt

if TYPE_CHECKING:
    from collections.abc import Callable

    from delivery.pdf import Sheet

MEGABYTE = 1024**2


class Shelf:
    """The latest pieces, for so many seconds and up to so many bytes together."""

    def __init__(self, seconds: float, most: int) -> None:
        self.seconds = seconds
        self.most = most
        self.pieces: OrderedDict[str, tuple[float, bytes]] = OrderedDict()
        self.lock = Lock()

    def get(self, key: str) -> bytes | None:
        """A piece, unless it was put here too long ago or had to make room."""
        with self.lock:
            put_at, piece = self.pieces.get(key, (0.0, None))
        return piece if put_at + self.seconds > time.monotonic() else None

    def put(self, key: str, piece: bytes) -> None:
        """Keep a piece; the oldest make room for it."""
        with self.lock:
            self.pieces.pop(key, None)
            self.pieces[key] = (time.monotonic(), piece)
            while sum(len(kept) for _at, kept in self.pieces.values()) > self.most:
                self.pieces.popitem(last=False)

    def of(self, key: str, make: Callable[[], bytes]) -> bytes:
        """A piece, made now where it is not here."""
        piece = self.get(key)
        if piece is None:
            piece = make()
            self.put(key, piece)
        return piece


shelf = Shelf(seconds=300, most=48 * MEGABYTE)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A finished document: its bytes, and the name under which they are kept here."""

    key: str
    content: bytes

    @property
    def pages(self) -> int:
        """How many pages it has."""
        return page_count(self.content)


def drawn(sheet: Sheet, owner: str) -> Drawn:
    """The PDF of a sheet, drawn unless that was done a moment ago.

    `owner` is whom it is about: nobody finds it under the name of another. Raises
    RenderFailure.
    """
    said = sha256(pickle.dumps((sheet.html, sheet.extras))).hexdigest()
    key = f"{owner}:{said}"
    return Drawn(said, shelf.of(key, lambda: render_pdf(sheet.html, sheet.extras)))


def kept(key: str, owner: str) -> Drawn | None:
    """What was drawn a moment ago for this owner; none where it is not here."""
    content = shelf.get(f"{owner}:{key}")
    return None if content is None else Drawn(key, content)


def picture(document: Drawn, place: int) -> bytes:
    """A page as PNG, the first being 1. Raises RenderFailure."""

    def make() -> bytes:
        work = pickle.dumps((document.content, place))
        try:
            return imager().draw(work, limits())
        except Spoilt as spoilt:
            raise failure(spoilt) from spoilt

    return shelf.of(f"{document.key}:{place}", make)


@cache
def imager() -> Press:
    """The press that makes pictures: one page after the other."""
    return Press("delivery.press.imaging", 1)
