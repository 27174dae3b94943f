"""Checks that nothing was left behind at a client that was merged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clients.merging import followers
from clients.rules.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator


def audit() -> Iterator[Finding]:
    """Rows of any app that point at a client which another one took over."""
    for follower in followers():
        name, table = follower.field.name, follower.model._meta.db_table  # noqa: SLF001
        strayed = follower.model._base_manager.filter(  # noqa: SLF001
            **{f"{name}__merged_into__isnull": False}
        )
        for pk in strayed.order_by().values_list("pk", flat=True):
            yield Finding(table, str(pk), "belongs to a client that was merged")
