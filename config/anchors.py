"""Anchors of the archive: once a day, where its chain ends is written to a file.

Whoever cuts the end of the chain off, or makes all of it anew, contradicts a line of
that file. It protects as far as it is out of their reach: a copy kept elsewhere, sent
by mail, printed. Who owns the database and every copy can change both.
"""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings

from clients.rules.findings import Finding
from delivery.models import Seal, SealHead

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Anchor(NamedTuple):
    """How many entries the archive had on a day, and the hash of the last one."""

    on: date
    entries: int
    chain: str


def keep_anchor(today: date) -> bool:
    """Write today's anchor, if there is none and something to anchor; whether it did.

    Two that do so at once write two lines that say the same or follow each other.
    """
    head = SealHead.objects.first()
    if head is None or head.position == 0:
        return False
    if any(line.startswith(f"{today} ") for line in lines()):
        return False
    file: Path = settings.ANCHORS_FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="ascii") as out:
        out.write(f"{today} {head.position} {head.chain}\n")
        out.flush()
        os.fsync(out.fileno())
    return True


def audit_anchors() -> Iterator[Finding]:
    """Anchors that the chain of today contradicts, and lines that are none."""
    for number, line in enumerate(lines(), start=1):
        anchor = read(line)
        if anchor is None:
            yield Finding(
                "anchor", f"line {number}", "is not a date, a count and a hash"
            )
            continue
        seals = Seal.objects.filter(position=anchor.entries)
        chain = seals.values_list("chain", flat=True).first()
        if chain is None:
            yield Finding(
                "anchor",
                str(anchor.on),
                f"the archive had {anchor.entries} entries and has them no more",
            )
        elif chain != anchor.chain:
            yield Finding(
                "anchor",
                str(anchor.on),
                f"seal {anchor.entries} was another one: the chain was made anew",
            )


def last_anchor() -> Anchor | None:
    """The newest anchor that can be read."""
    found = (read(line) for line in reversed(lines()))
    return next((anchor for anchor in found if anchor), None)


def lines() -> list[str]:
    """The lines of the file, without empty ones and comments."""
    file: Path = settings.ANCHORS_FILE
    if not file.exists():
        return []
    text = file.read_text(encoding="utf-8", errors="replace")
    return [
        line for line in text.splitlines() if line.strip() and not line.startswith("#")
    ]


def read(line: str) -> Anchor | None:
    """One line; None when it is not an anchor."""
    parts = line.split()
    if len(parts) != 3 or not (parts[1].isascii() and parts[1].isdigit()):
        return None
    try:
        return Anchor(date.fromisoformat(parts[0]), int(parts[1][:18]), parts[2])
    except ValueError:
        return None
