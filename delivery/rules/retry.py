"""When a message is tried again, and when it is given up."""

from __future__ import annotations

from datetime import timedelta

PAUSES = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60))
LAST_ATTEMPT = 26  # about a day of trying


def pause_after(attempts: int) -> timedelta | None:
    """The pause after so many attempts that came to nothing; None: give up."""
    if attempts >= LAST_ATTEMPT:
        return None
    return PAUSES[min(attempts, len(PAUSES)) - 1]
