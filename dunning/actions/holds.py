"""Stops reminders of an invoice or a client for a reason, and lets them go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from clients.models import Client
from dunning.models import Hold

if TYPE_CHECKING:
    from datetime import date

    from billing.models import Invoice


class HoldRefusal(Exception):
    """The hold cannot be set or released; the text says why, to the person."""


def hold(
    client: Client,
    invoice: Invoice | None,
    kind: str,
    *,
    since: date,
    until: date | None,
    reason: str,
    person: Any = None,
) -> Hold:
    """Hold one invoice, or the whole client when none is given.

    The same hold sent twice is the one that is there.
    """
    if invoice is not None and not invoice.open:
        raise HoldRefusal(_("The invoice is paid."))
    with transaction.atomic():
        Client.objects.select_for_update().get(pk=client.pk)
        made, _new = Hold.objects.get_or_create(
            client=client,
            invoice=invoice,
            kind=kind,
            since=since,
            until=until,
            reason=reason,
            released_on=None,
            defaults={"person": person},
        )
    return made


def release_hold(held: Hold, on: date, person: Any = None) -> None:
    """Let reminders go on from the day; raises HoldRefusal when somebody was first."""
    released = Hold.objects.filter(pk=held.pk, released_on=None).update(
        released_on=on, released_by=person
    )
    if not released:
        raise HoldRefusal(_("The hold has been released already."))
