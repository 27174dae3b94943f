"""Holds clients while something is booked for them: the first lock of every booking.

Whoever books holds its clients first, several in the order of their keys; then its
rows, then the series of numbers. So nobody waits in a circle, and nothing lands on a
client that is being merged away.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from billing.actions.moving import LedgerRefusal
from clients.bulk import batches
from clients.models import Client

if TYPE_CHECKING:
    from collections.abc import Iterable

    from billing.models import Credit, Invoice


def hold_clients(clients: Iterable[int]) -> set[int]:
    """Hold clients (keys) until the transaction ends; those merged away by now."""
    gone: set[int] = set()
    for some in batches(sorted(set(clients))):
        rows = Client.objects.select_for_update(no_key=True, of=("self",))
        held = rows.filter(pk__in=some).order_by("pk")
        found = held.values_list("pk", "merged_into_id")
        gone.update(pk for pk, into in found if into)
    return gone


def hold_client(client: int) -> None:
    """Hold one; raises LedgerRefusal when it was merged into another one."""
    if hold_clients([client]):
        raise LedgerRefusal(_("The client was merged into another one."))


def hold_client_of(row: Invoice | Credit) -> None:
    """Hold the client that an invoice or credit is of now.

    Raises LedgerRefusal when it is merged away in this very moment.
    """
    rows = type(row)._default_manager.filter(pk=row.pk)  # noqa: SLF001
    hold_client(rows.values_list("client_id", flat=True).get())
