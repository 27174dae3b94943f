"""Reads who is written to, where, and on whose behalf."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from babel import Locale
from django.db.models import Q
from django.db.models.functions import Coalesce

from clients.addresses import place_lines
from clients.models import Client, Company, Contact, Purpose
from clients.rules.search import wanted_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.db.models import QuerySet

# Whose mailbox is taken for a purpose, in this order; the client's own comes last.
CHAINS: dict[str, tuple[str, ...]] = {
    Purpose.INVOICE: (Purpose.INVOICE,),
    Purpose.STATEMENT: (Purpose.STATEMENT, Purpose.INVOICE),
    Purpose.REMINDER: (Purpose.REMINDER, Purpose.STATEMENT, Purpose.INVOICE),
}


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


def reachable(clients: Collection[int], purpose: str) -> set[int]:
    """Clients with a mailbox for a purpose, their own or a contact's; two queries."""
    own = Client.objects.filter(pk__in=clients).exclude(email="")
    contacts = Contact.objects.filter(client__in=clients, purpose__in=CHAINS[purpose])
    return set(own.order_by().values_list("pk", flat=True)) | set(
        contacts.order_by().values_list("client_id", flat=True)
    )


def resolved(client: Client, with_: Client | None = None) -> dict[str, Recipient]:
    """Who gets what of a client, by purpose; or would, with another one merged in."""
    found: dict[str, Contact] = {}
    for owner in filter(None, (with_, client)):
        for contact in owner.contacts.order_by("-pk"):
            found[contact.purpose] = contact
    mailboxes = {purpose: _choose(client, purpose, found) for purpose in Purpose.values}
    if with_ and not client.email:
        for purpose, mailbox in mailboxes.items():
            if not mailbox.email:
                mailboxes[purpose] = replace(mailbox, email=with_.email)
    return mailboxes


def matching(text: str) -> Q:
    """The clients that bear every word of a search in what they are found by."""
    found = Q()
    for ways in wanted_words(text):
        one = Q()
        for way in ways:
            one |= Q(search__contains=way)
        found &= one
    return found


def pickable(text: str = "") -> QuerySet[Client]:
    """The clients to choose from: neither archived nor merged, found by the words."""
    return Client.objects.filter(matching(text), archived_at=None, merged_into=None)


def by_number(numbers: Iterable[str]) -> dict[str, int]:
    """The clients of these numbers; that of a merged one is the one it went into."""
    rows = Client.objects.filter(number__in=list(numbers)).order_by()
    return dict(rows.values_list("number", Coalesce("merged_into_id", "pk")))


def address_block(client: Client, home: Company | None = None) -> str:
    """The postal address, line by line; the country only when it is abroad.

    `home` saves a query where many addresses are wanted.
    """
    return "\n".join([client.name, *_below_name(client, home or company())])


def address_below_name(client: Client, home: Company | None = None) -> str:
    """The postal address without the name, for pages that show it above."""
    return "\n".join(_below_name(client, home or company()))


def country_name(code: str, language: str) -> str:
    """The name of a country in a language; its code where the name is not known."""
    return str(Locale.parse(language).territories.get(code, code))


def company() -> Company:
    """The company of this database; one with defaults, not stored, before set-up."""
    return Company.objects.filter(pk=1).first() or Company(pk=1)


def _below_name(client: Client, home: Company) -> list[str]:
    lines = place_lines(client)
    if client.country != home.country:
        lines.append(country_name(client.country, home.language).upper())
    return lines


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
