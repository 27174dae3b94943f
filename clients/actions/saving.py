"""Writes clients, their contacts and the company's own data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clients.actions.history import note
from clients.models import Client, ClientEvent, Company, Contact
from clients.rules.search import client_key

if TYPE_CHECKING:
    from collections.abc import Iterable

# What the history of a client names when it changes.
WATCHED = (
    "name",
    "number",
    "kind",
    "street",
    "extra",
    "postcode",
    "city",
    "country",
    "language",
    "currency",
    "email",
    "phone",
    "vat_number",
    "iban",
    "terms_days",
    "credit_limit",
    "notes",
)


class ClientRefusal(Exception):
    """Something that cannot be done to a client; its text says why."""


def save_client(
    client: Client,
    contacts: Iterable[Contact] = (),
    removed: Iterable[Contact] = (),
    *,
    person: Any = None,
) -> Client:
    """Store a new or changed client with its contacts, all of it or nothing.

    Raises ClientRefusal when somebody took the number, or added the same contact,
    a moment ago.
    """
    changed, gone = list(contacts), list(removed)
    client.search = key_of(client)
    try:
        with transaction.atomic():
            before = Client.objects.filter(pk=client.pk).values(*WATCHED).first()
            client.save()
            for contact in gone:
                contact.delete()
            for contact in changed:
                contact.client = client
                contact.save()
            if before is not None:
                fields = [n for n in WATCHED if before[n] != getattr(client, n)]
                fields += ["contacts"] if changed or gone else []
                if fields:
                    note(client, ClientEvent.Kind.CHANGED, {"fields": fields}, person)
    except IntegrityError as error:
        raise ClientRefusal(
            _("Somebody else has just used this number or contact.")
        ) from error
    return client


def key_of(client: Client) -> str:
    """What a client is found by: its own data, and the numbers it took over."""
    merged = Client.objects.filter(merged_into__isnull=False, merged_into=client.pk)
    # A new client has no words yet where the database is to put empty ones.
    given = {
        name: str(value)
        for name in ("vat_number", "iban", "city", "email")
        if isinstance(value := getattr(client, name), str)
    }
    return client_key(
        client.name,
        client.number,
        merged=merged.order_by("pk").values_list("number", flat=True),
        **given,
    )


@transaction.atomic
def save_company(company: Company) -> Company:
    """Store the company's own data: what letters show from now on."""
    company.pk = 1
    company.save()
    return company
