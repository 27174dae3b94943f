"""When a message is tried again, and when it is given up."""

from __future__ import annotations

from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

PAUSES = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240))
LONGEST = timedelta(hours=24)
# After 1, 5, 15 and 60 minutes, then every four hours: over after 21 hours.
LAST_ATTEMPT = 10
# A pause is up to a tenth shorter or longer, so that not all come back at once.
JITTER = 0.1


def pause_after(
    attempts: int, *, jitter: float = 0.0, asked: timedelta | None = None
) -> timedelta | None:
    """The pause after so many attempts that came to nothing; None: give up.

    `jitter` is between -1 and 1. What the server asked for is never undercut, but no
    message waits longer than a day.
    """
    if attempts >= LAST_ATTEMPT:
        return None
    pause = PAUSES[min(max(attempts, 1), len(PAUSES)) - 1] * (1 + JITTER * jitter)
    return min(max(pause, asked or pause), LONGEST)


def asked_pause(retry_after: str, now: datetime) -> timedelta | None:
    """How long a provider asks to wait: seconds or a date; None when it does not."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), LONGEST)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    pause = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    return min(max(pause, timedelta()), LONGEST)
