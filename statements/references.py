"""The payment reference of a statement: it stands for the account of its client.

A statement has no number before it is issued, and what was previewed is what is sent:
so the reference is made of the client, as if it were a number of our own series.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Max

from billing.models import Invoice
from billing.rules.references import number_of
from clients.bulk import batches
from clients.models import Client

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

PREFIX = "ACCT"


def account_number(client: Client, end: date) -> str:
    """What the reference of a client's statement up to a day is made of."""
    return f"{PREFIX}-{end.year}-{client.pk:04d}"


def invoices_of(references: Collection[str]) -> dict[str, list[int]]:
    """The client's open invoices behind each reference, those due first before others.

    Where none is open it is the client's last one, which says who paid. References of
    other papers are not in it. A client that was merged into another one stands for
    that one.
    """
    owners = _owners(references)
    found = _open_invoices(set(owners.values()))
    return {
        reference: found[owner] for reference, owner in owners.items() if owner in found
    }


def _open_invoices(clients: Collection[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for some in batches(clients):
        rows = Invoice.objects.filter(client__in=some, open__gt=0)
        for owner, key in rows.order_by("due_on", "pk").values_list("client", "pk"):
            found[owner].append(key)
    for some in batches(set(clients) - found.keys()):
        settled = Invoice.objects.filter(client__in=some).values_list("client")
        found |= {owner: [last] for owner, last in settled.annotate(last=Max("pk"))}
    return dict(found)


def _owners(references: Collection[str]) -> dict[str, int]:
    """The client that each reference stands for today."""
    keys = {reference: _client_key(reference) for reference in references}
    found: dict[str, int] = {}
    while left := {name: key for name, key in keys.items() if key}:
        into = _merged_into(set(left.values()))
        found |= {name: key for name, key in left.items() if into.get(key, key) is None}
        keys = {name: into.get(key) or 0 for name, key in left.items()}
    return found


def _merged_into(clients: Collection[int]) -> dict[int, int | None]:
    """What each client was merged into, None where it was not; of those there are."""
    found: dict[int, int | None] = {}
    for some in batches(clients):
        rows = Client.objects.filter(pk__in=some)
        found |= dict(rows.values_list("pk", "merged_into"))
    return found


def _client_key(reference: str) -> int:
    """The client's key in a reference; 0 where it is none of ours."""
    prefix, _dash, rest = number_of(reference).partition("-")
    return int(rest.rpartition("-")[2]) if prefix == PREFIX and "/" not in rest else 0
