"""What is known of a message, from its state and from what a provider told us.

Reports come late, twice and in any order; all that is kept of them is the first time
each thing was said, so that every order gives the same standing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

# So long a provider that reports may be silent before the page says so.
SILENCE = timedelta(hours=24)
# The words of a provider (Anymail's) and the flag that each sets.
FLAGS = {
    "deferred": "deferred",
    "delivered": "delivered",
    "opened": "opened",
    "clicked": "opened",
    "bounced": "bounced",
    "rejected": "rejected",
    "failed": "rejected",
    "complained": "complained",
}
# Who says one of these has the message: it left, whatever we thought.
LEFT = {
    "queued",
    "sent",
    "deferred",
    "delivered",
    "autoresponded",
    "opened",
    "clicked",
    "bounced",
    "complained",
    "unsubscribed",
}
REFUSED = {"rejected", "failed"}


class Standing(StrEnum):
    """How far a message got, as it is shown."""

    WAITING = "waiting"
    PREPARING = "preparing"
    SENT = "sent"
    DEFERRED = "deferred"
    DELIVERED = "delivered"
    REJECTED = "rejected"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"
    OVERTAKEN = "overtaken"


# Of one that was sent, from the least to what outdoes everything.
RANK = (
    Standing.DEFERRED,
    Standing.DELIVERED,
    Standing.REJECTED,
    Standing.BOUNCED,
    Standing.COMPLAINED,
)
OF_STATE = {
    "queued": Standing.WAITING,
    "claimed": Standing.PREPARING,
    "handing": Standing.PREPARING,
    "failed": Standing.FAILED,
    "unknown": Standing.UNKNOWN,
    "cancelled": Standing.CANCELLED,
    "overtaken": Standing.OVERTAKEN,
}
# It did not arrive, or nobody knows: somebody has to do something.
TROUBLE = frozenset(
    {
        Standing.FAILED,
        Standing.UNKNOWN,
        Standing.REJECTED,
        Standing.BOUNCED,
        Standing.COMPLAINED,
    }
)


@dataclass(frozen=True, slots=True)
class Told:
    """When a provider first said each thing of a message."""

    deferred: datetime | None = None
    delivered: datetime | None = None
    opened: datetime | None = None
    bounced: datetime | None = None
    rejected: datetime | None = None
    complained: datetime | None = None

    def joined(self, other: Told) -> Told:
        """What is known from both: the earlier time of each."""
        return Told(
            *(
                min(filter(None, pair), default=None)
                for pair in (
                    (getattr(self, field.name), getattr(other, field.name))
                    for field in fields(self)
                )
            )
        )


class Cause(StrEnum):
    """Why a message did not arrive, as far as the other side's words tell."""

    NO_MAILBOX = "no_mailbox"
    FULL = "full"
    TOO_LARGE = "too_large"
    SUPPRESSED = "suppressed"
    SPAM = "spam"
    UNREACHABLE = "unreachable"
    OTHER = "other"


# What mail servers and providers say, in their own words and codes (RFC 3463).
SIGNS: tuple[tuple[Cause, str], ...] = (
    (Cause.FULL, r"\b[45]\.2\.2\b|mailbox (is )?full|over ?quota|quota exceeded"),
    (
        Cause.TOO_LARGE,
        r"\b[45]\.(2\.3|3\.4)\b|^552\b|message.{0,20}too (big|large)|size limit",
    ),
    (
        Cause.SUPPRESSED,
        r"suppress|previously bounced|inactive recipient|unsubscribed|blocklist",
    ),
    (
        Cause.NO_MAILBOX,
        r"\b[45]\.1\.\d+\b|(no such|unknown|invalid) (user|address|recipient|mailbox)",
    ),
    (
        Cause.NO_MAILBOX,
        r"user unknown|not found|(does not|doesn't) exist|unable to receive|no such",
    ),
    (Cause.SPAM, r"\b[45]\.7\.\d+\b|spam|blacklist|reputation|policy|\bblocked\b"),
    (
        Cause.UNREACHABLE,
        r"\b[45]\.4\.\d+\b|time.?out|timed out|refused|unreachable|dns|no mx",
    ),
)


def flag_of(kind: str) -> str:
    """The flag that a report of this kind sets; empty for those that set none."""
    return FLAGS.get(kind, "")


def standing(state: str, told: Told) -> Standing:
    """How far a message got: of one that was sent, the gravest that was reported."""
    if state != "sent":
        return OF_STATE[state]
    said = [rank for rank in RANK if getattr(told, rank.value)]
    return said[-1] if said else Standing.SENT


def is_silent(
    shown: Standing, sent_at: datetime | None, now: datetime, *, tells: bool
) -> bool:
    """Whether the carrier should have reported by now, and did not.

    Silence is no arrival: the page says so in place of `delivered`.
    """
    waited = sent_at is not None and now - sent_at >= SILENCE
    return tells and waited and shown == Standing.SENT


def cause_of(words: str) -> Cause:
    """The cause that the other side's words point to."""
    for cause, signs in SIGNS:
        if re.search(signs, words, re.IGNORECASE):
            return cause
    return Cause.OTHER
