"""How often something may be asked for in a minute; counted in the cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.cache import cache

if TYPE_CHECKING:
    from datetime import datetime


def too_often(name: str, most: int, now: datetime) -> bool:
    """Count one more time of `name`; whether there were too many in this minute."""
    key = f"often:{name}:{int(now.timestamp()) // 60}"
    cache.add(key, 0, timeout=120)
    try:
        return bool(cache.incr(key) > most)
    except ValueError:
        # The cache dropped the count in between: better an answer than none.
        return False
