"""When the queue pauses because the mail server is in trouble.

Five failures in a row open the circuit: nobody tries for a minute, then one message
does. If it fails too the pause doubles, up to a quarter of an hour; the first
answer closes the circuit.
"""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

FAILURES_IN_A_ROW = 5
PAUSES = tuple(timedelta(minutes=m) for m in (1, 2, 4, 8, 15))


class Permit(Enum):
    """How much may be sent now."""

    NOTHING = "nothing"
    ONE = "one"
    ALL = "all"


def pause_after_failures(failures: int) -> timedelta | None:
    """How long the queue pauses after so many failures in a row; None: not at all."""
    beyond = failures - FAILURES_IN_A_ROW
    return PAUSES[min(beyond, len(PAUSES) - 1)] if beyond >= 0 else None


def permit(failures: int, paused_until: datetime | None, now: datetime) -> Permit:
    """Nothing during a pause; after it one message tries for all, until it succeeds."""
    if paused_until is not None and paused_until > now:
        return Permit.NOTHING
    return Permit.ONE if failures >= FAILURES_IN_A_ROW else Permit.ALL
