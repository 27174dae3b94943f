"""How far the letters of a run have got, as a bar of coloured parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dunning.facts.ways import Way

if TYPE_CHECKING:
    from collections.abc import Mapping

# The length of a whole bar; three digits at most, so that no language groups them.
LENGTH = 999
COLOURS = {
    Way.SENT: "green",
    Way.POSTED: "teal",
    Way.WAITING: "azure",
    Way.UNSENT: "yellow",
    Way.TO_POST: "yellow",
    Way.UNKNOWN: "orange",
    Way.LOST: "red",
    Way.SETTLED: "secondary",
    Way.WITHDRAWN: "secondary",
}


@dataclass(frozen=True, slots=True)
class Part:
    """So many letters went one way, and where their part of the bar lies."""

    code: str
    label: str
    count: int
    colour: str
    start: int
    length: int


def bar(ways: Mapping[Way, int]) -> list[Part]:
    """The parts of the bar, without gaps; no letters, no bar."""
    whole, before, found = sum(ways.values()), 0, []
    for way, count in ways.items():
        start = before * LENGTH // whole
        before += count
        length = before * LENGTH // whole - start
        found.append(
            Part(way, str(way.label), count, COLOURS[way], start, max(length, 1))
        )
    return found
