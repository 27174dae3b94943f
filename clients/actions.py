"""Writes clients, their contacts and the company's own data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from clients.models import Client, Company, Contact, search_key

if TYPE_CHECKING:
    from collections.abc import Iterable


class ClientRefusal(Exception):
    """A client that cannot be stored; its text says why."""


def save_client(
    client: Client, contacts: Iterable[Contact] = (), removed: Iterable[Contact] = ()
) -> Client:
    """Store a new or changed client with its contacts, all of it or nothing.

    Raises ClientRefusal when somebody took the number, or added the same contact,
    a moment ago.
    """
    client.search = search_key(client.name, client.number)
    try:
        with transaction.atomic():
            client.save()
            for contact in removed:
                contact.delete()
            for contact in contacts:
                contact.client = client
                contact.save()
    except IntegrityError as error:
        raise ClientRefusal(
            _("Somebody else has just used this number or contact.")
        ) from error
    return client


@transaction.atomic
def save_company(company: Company) -> Company:
    """Store the company's own data: what letters show from now on."""
    company.pk = 1
    company.save()
    return company
