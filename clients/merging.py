"""Reads what making two clients one would do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import ForeignKey

from clients.models import Client

if TYPE_CHECKING:
    from django.db.models import Model

# What the client that stays gets where it has nothing.
SINGLE = ("email", "phone", "vat_number", "iban", "terms_days")
ADDRESS = ("street", "extra", "postcode", "city", "country")


@dataclass(frozen=True, slots=True)
class Follower:
    """A column, in whatever app, that says of which client a row is."""

    model: type[Model]
    field: ForeignKey[Any, Any]


@dataclass(frozen=True, slots=True)
class Moving:
    """How many rows of a kind would move."""

    name: str
    count: int


def followers() -> list[Follower]:
    """Every column of every app that points at clients, hidden ones included.

    `related_objects` leaves out those without a name for the way back, such as
    the lines of a dunning run.
    """
    relations = Client._meta.get_fields(include_hidden=True)  # noqa: SLF001
    found = []
    for relation in relations:
        field = getattr(relation, "field", None)
        if isinstance(field, ForeignKey) and field.remote_field is relation:
            found.append(Follower(field.model, field))
    return found


def moving(source: Client) -> list[Moving]:
    """What would move with a client, kind by kind; nothing that it has none of."""
    found = []
    for follower in followers():
        rows = follower.model._base_manager.filter(  # noqa: SLF001
            **{follower.field.name: source}
        )
        if count := rows.count():
            name = str(follower.model._meta.verbose_name_plural)  # noqa: SLF001
            found.append(Moving(name, count))
    return found


def gained(source: Client, into: Client) -> list[str]:
    """The fields that the client that stays would get from the other one."""
    found = [
        name
        for name in SINGLE
        if getattr(into, name) in {"", None} and getattr(source, name) not in {"", None}
    ]
    if _has_address(source) and not _has_address(into):
        found += [name for name in ADDRESS if getattr(source, name)]
    if into.credit_limit is None and source.currency == into.currency:
        found += ["credit_limit"] if source.credit_limit is not None else []
    return found


def joined_notes(source: Client, into: Client) -> str:
    """The notes of both, the other one's below its number."""
    if not source.notes or source.notes == into.notes:
        return into.notes
    return f"{into.notes}\n\n{source.number}: {source.notes}".strip()


def doubled_contacts(source: Client, into: Client) -> int:
    """How many contacts both have."""
    known = set(into.contacts.values_list("purpose", "email"))
    own = source.contacts.values_list("purpose", "email")
    return sum(1 for key in own if key in known)


def _has_address(client: Client) -> bool:
    return any(getattr(client, name) for name in ("street", "postcode", "city"))
