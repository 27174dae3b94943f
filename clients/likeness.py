"""Reads which clients are likely the same one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clients.models import Client
from clients.rules.duplicates import Party, duplicates, keys

if TYPE_CHECKING:
    from clients.rules.duplicates import Group, Likeness

COMPARED = ("pk", "name", "vat_number", "iban", "email")


@dataclass(frozen=True, slots=True)
class Alike:
    """Clients that are likely one, and all that makes it likely."""

    clients: list[Client]
    reasons: tuple[Likeness, ...]


def groups() -> list[Group]:
    """All clients in use that are likely the same, with one query."""
    return duplicates(parties())


def with_clients(found: list[Group]) -> list[Alike]:
    """The groups of a page with their clients."""
    rows = Client.objects.in_bulk([pk for group in found for pk in group.parties])
    return [
        Alike([rows[pk] for pk in group.parties if pk in rows], group.reasons)
        for group in found
    ]


def like(client: Client) -> list[Client]:
    """The other clients in use that are likely this one."""
    own = keys(party_of(client)).items()
    found = [
        party.pk
        for party in parties()
        if party.pk != client.pk and own & keys(party).items()
    ]
    return list(Client.objects.filter(pk__in=found[:5]).order_by("pk"))


def parties() -> list[Party]:
    """The clients in use as they are compared."""
    rows = Client.objects.filter(archived_at=None, merged_into=None).order_by("pk")
    return [Party(*row) for row in rows.values_list(*COMPARED)]


def party_of(client: Client) -> Party:
    """A client as it is compared."""
    return Party(*(getattr(client, name) for name in COMPARED))
