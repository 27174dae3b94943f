"""How a row of the archive is sealed: its digest, and the link that joins it on.

Anybody can compute both again with nothing but SHA-256: `docs/archive.md` shows how.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    Fact = str | int | datetime | None

# The chain before its first link.
START = "0" * 64


def digest(facts: Mapping[str, Fact]) -> str:
    """The SHA-256 of what a row says."""
    return sha256(canonical(facts)).hexdigest()


def link(previous: str, row: str) -> str:
    """The end of the chain after the digest `row` was joined to `previous`."""
    return sha256(f"{previous}{row}".encode()).hexdigest()


def canonical(facts: Mapping[str, Fact]) -> bytes:
    """The facts as JSON that is the same everywhere: sorted, tight, in UTF-8."""
    plain = {name: said(fact) for name, fact in facts.items()}
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def said(fact: Fact) -> str | int | None:
    """A fact as JSON has it; a time to the microsecond, in UTC."""
    if isinstance(fact, datetime):
        return fact.astimezone(UTC).isoformat(timespec="microseconds")
    return fact
