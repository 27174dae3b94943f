"""How far a piece of mass work is, how fast it goes, and how long it will take."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

# The pace is that of the last minute: what was before says little of what comes.
WINDOW = 60.0


@dataclass(frozen=True, slots=True)
class Counts:
    """How many items are in each state."""

    waiting: int = 0
    under_way: int = 0
    done: int = 0
    failed: int = 0
    skipped: int = 0
    cancelled: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """The counts, and what they come to; empty where nobody can tell."""

    counts: Counts
    per_minute: int | None = None
    seconds_left: int | None = None

    @property
    def total(self) -> int:
        """All items."""
        return self.over + self.left

    @property
    def over(self) -> int:
        """Those that came to an end, good or bad."""
        count = self.counts
        return (
            count.done + count.failed + count.skipped + count.cancelled + count.unknown
        )

    @property
    def left(self) -> int:
        """Those still to come."""
        return self.counts.waiting + self.counts.under_way

    @property
    def percent(self) -> int:
        """The part that is over, never 100 before the end."""
        return 100 * self.over // self.total if self.total else 0

    @property
    def minutes_left(self) -> int | None:
        """The time left in minutes, the last one begun included."""
        return None if self.seconds_left is None else ceil(self.seconds_left / 60)


def progress_of(counts: Counts, *, lately: int, seconds: float | None) -> Progress:
    """How far it is: `lately` items ended in the last minute, begun `seconds` ago."""
    bare = Progress(counts)
    if not bare.left or not lately or seconds is None:
        return bare
    pace = lately / min(max(seconds, 1.0), WINDOW)
    return Progress(counts, round(pace * 60), ceil(bare.left / pace))
