"""Keeps what somebody did to a client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clients.models import ClientEvent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clients.models import Client


def note(client: Client, kind: str, detail: Mapping[str, Any], person: Any) -> None:
    """Add to the history of a client, in the transaction of what was done."""
    ClientEvent.objects.create(
        client=client, kind=kind, detail=dict(detail), person=person
    )
