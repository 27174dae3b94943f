"""Finds the invoice numbers that a payer names in a text.

Payers write `inv 12` for INV-12 and `F20260001` for F-2026-0001, and list several.
A number is found as the run of its letters and figures with little between them, and
only as a whole: 12 is not in 123, nor in 12.50, 12-15 or the date 12.3.2026. Numbers
of figures only need four of them, and ranges are not spelled out.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing.rules.bank.references import compact, is_iban

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PIECE = re.compile(r"[A-Z]+|[0-9]+")
INSTALMENT = re.compile(r"(.*[0-9])/[0-9]{1,3}")
BETWEEN = re.compile(r"[\s\-–_./#:]{0,3}")
IBAN = re.compile(r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")
# What may stand right before the figures of a number without being part of it.
BEFORE = """
    RE RG RN RNR RECHNUNG RECHNUNGSNR RECHNUNGSNUMMER NR NO N NUM NUMMER NUMERO INV
    INVOICE FAC FACT FACTURE FATTURA FT BELEG BELEGNR
"""
WORDS = frozenset(BEFORE.split())
JOINING = ".,'’:-–"
LISTING = "/+;&,"
SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Named:
    """A number as the payer wrote it, and the invoices that bear it.

    `is_base` if it is that of a bill whose instalments they are; `is_bare` for few
    figures alone, which may as well be something else.
    """

    text: str
    ids: tuple[int, ...]
    is_base: bool = False
    is_bare: bool = False


class Numbers:
    """The numbers of many invoices, to be found in texts."""

    def __init__(self, numbers: Iterable[tuple[str, int]]) -> None:
        self.whole: dict[tuple[str, ...], list[int]] = {}
        self.bases: dict[tuple[str, ...], list[int]] = {}
        for number, identity in numbers:
            folded = _folded(number)
            for key in _keys(folded):
                self.whole.setdefault(key, []).append(identity)
            if match := INSTALMENT.fullmatch(folded):
                for key in _keys(match[1]):
                    self.bases.setdefault(key, []).append(identity)
        keys = [*self.whole, *self.bases]
        self.longest = max((len(key) for key in keys), default=0)
        self.firsts = {key[0] for key in keys}

    def named_in(self, text: str) -> list[Named]:
        """Every number in the text once, the longest first where they overlap."""
        folded = IBAN.sub(_without_iban, _folded(text))
        pieces = [(m[0], m.start(), m.end()) for m in PIECE.finditer(folded)]
        found: dict[tuple[int, ...], Named] = {}
        at = 0
        while at < len(pieces):
            named, taken = self._named_at(pieces, at, folded)
            if named:
                found.setdefault(named.ids, named)
            at += taken
        return list(found.values())

    def _named_at(
        self, pieces: list[tuple[str, int, int]], at: int, text: str
    ) -> tuple[Named | None, int]:
        if pieces[at][0] not in self.firsts:
            return None, 1
        for count in range(min(self.longest, len(pieces) - at), 0, -1):
            run = pieces[at : at + count]
            key = tuple(piece for piece, _start, _end in run)
            ids = self.whole.get(key)
            is_base = ids is None
            ids = ids or self.bases.get(key)
            if ids and _is_run(run, text) and _stands_alone(run, text):
                start, end = run[0][1], run[-1][2]
                is_bare = len(key) == 1 and len(key[0]) < SHORTEST + 2
                return Named(text[start:end], tuple(ids), is_base, is_bare), count
        return None, 1


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).upper()


def _without_iban(match: re.Match[str]) -> str:
    return " " if is_iban(compact(match[0])) else match[0]


def _keys(number: str) -> Iterator[tuple[str, ...]]:
    """The number in pieces, and the same with neighbouring figures joined.

    A number without a figure, or with too few of them alone, is in every text.
    """
    pieces = tuple(PIECE.findall(number))
    joined: list[str] = []
    for piece in pieces:
        if joined and joined[-1].isdigit() and piece.isdigit():
            joined[-1] += piece
        else:
            joined.append(piece)
    for key in dict.fromkeys((pieces, tuple(joined))):
        figures = sum(len(piece) for piece in key if piece.isdigit())
        is_figures = all(piece.isdigit() for piece in key)
        if figures >= (SHORTEST if is_figures else 1) and len("".join(key)) > 2:
            yield key


def _is_run(run: list[tuple[str, int, int]], text: str) -> bool:
    """Whether little stands between the pieces."""
    ends = [end for _piece, _start, end in run[:-1]]
    starts = [start for _piece, start, _end in run[1:]]
    return all(
        BETWEEN.fullmatch(text, end, start)
        for end, start in zip(ends, starts, strict=True)
    )


def _stands_alone(run: list[tuple[str, int, int]], text: str) -> bool:
    start, end = run[0][1], run[-1][2]
    before, after = text[:start], text[end:]
    is_figures = run[0][0].isdigit()
    alone = _begins(before) if is_figures else not before[-1:].isalnum()
    return alone and _ends(after, is_figures=run[-1][0].isdigit())


def _begins(before: str) -> bool:
    """Whether figures may begin a number after this text."""
    if before[-1:].isalpha():
        match = re.search(r"[A-Z]+$", before)
        return bool(match and match[0] in WORDS)
    if before[-1:] in LISTING and before[-1:]:
        match = re.search(r"[0-9]*$", before[:-1])
        count = len(match[0]) if match else 0
        return not count or count >= SHORTEST
    return not (before[-1:] in JOINING and before[-2:-1].isdigit())


def _ends(after: str, *, is_figures: bool) -> bool:
    """Whether a number may end before this text."""
    if after[:1].isalnum():
        return False
    if not is_figures or not after[1:2].isdigit():
        return True
    if after[0] == ",":
        match = re.match(r"[0-9]+", after[1:])
        return match is not None and len(match[0]) >= SHORTEST
    return after[0] not in JOINING
