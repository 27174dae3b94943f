"""Reads who is written to, where, and on whose behalf."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from babel import Locale

from clients.models import Client, Company, Contact, Purpose

if TYPE_CHECKING:
    from collections.abc import Iterable

# Whose mailbox is taken for a purpose, in this order; the client's own comes last.
CHAINS: dict[str, tuple[str, ...]] = {
    Purpose.INVOICE: (Purpose.INVOICE,),
    Purpose.STATEMENT: (Purpose.STATEMENT, Purpose.INVOICE),
    Purpose.REMINDER: (Purpose.REMINDER, Purpose.STATEMENT, Purpose.INVOICE),
}
CITY_FIRST = {"GB", "IE", "US", "CA", "AU", "NZ"}


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets a letter by e-mail; an empty address means nobody can.

    `source` is the purpose of the contact that was found, or "client".
    """

    email: str
    language: str
    name: str
    source: str


def recipient(client: Client, purpose: str) -> Recipient:
    """The mailbox for a purpose: its contact, the next best one, or the client's."""
    return recipients([client], purpose)[client.pk]


def recipients(clients: Iterable[Client], purpose: str) -> dict[int, Recipient]:
    """The mailboxes of many clients for a purpose, by client, with one query."""
    found = list(clients)
    by_client: dict[int, dict[str, Contact]] = defaultdict(dict)
    rows = Contact.objects.filter(
        client__in=[client.pk for client in found], purpose__in=CHAINS[purpose]
    )
    for contact in rows.order_by("-pk"):
        by_client[contact.client_id][contact.purpose] = contact
    return {
        client.pk: _choose(client, purpose, by_client[client.pk]) for client in found
    }


def address_block(client: Client, home: Company | None = None) -> str:
    """The postal address, line by line; the country only when it is abroad.

    `home` saves a query where many addresses are wanted.
    """
    home = home or company()
    place = (
        [client.city, client.postcode]
        if client.country in CITY_FIRST
        else [f"{client.postcode} {client.city}".strip()]
    )
    lines = [client.name, client.extra, client.street, *place]
    if client.country != home.country:
        lines.append(country_name(client.country, home.language).upper())
    return "\n".join(line for line in lines if line)


def country_name(code: str, language: str) -> str:
    """The name of a country in a language; its code where the name is not known."""
    return str(Locale.parse(language).territories.get(code, code))


def company() -> Company:
    """The company of this database; one with defaults, not stored, before set-up."""
    return Company.objects.filter(pk=1).first() or Company(pk=1)


def _choose(client: Client, purpose: str, contacts: dict[str, Contact]) -> Recipient:
    for wanted in CHAINS[purpose]:
        if contact := contacts.get(wanted):
            return Recipient(
                contact.email,
                contact.language or client.language,
                contact.name or client.name,
                wanted,
            )
    return Recipient(client.email, client.language, client.name, "client")
