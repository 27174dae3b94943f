"""Stops reminders of an invoice or a client for a reason, and lets them go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from billing.models import Invoice
from clients.models import Client
from dunning.models import Hold

if TYPE_CHECKING:
    from datetime import date

    from moneyed import Money


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
    amount: Money | None = None,
) -> Hold:
    """Hold one invoice, or the whole client when none is given.

    A promise may be about an amount of the invoice. The same hold sent twice is the
    one that is there.
    """
    with transaction.atomic():
        Client.objects.select_for_update().get(pk=client.pk)
        if invoice is not None:
            _check_open(invoice, amount)
        made, _new = Hold.objects.get_or_create(
            client=client,
            invoice=invoice,
            kind=kind,
            since=since,
            until=until,
            amount=None if amount is None else amount.amount,
            reason=reason,
            released_on=None,
            defaults={"person": person},
        )
    return made


def _check_open(invoice: Invoice, amount: Money | None) -> None:
    """As it is now, not as the page showed it."""
    current = Invoice.objects.get(pk=invoice.pk)
    if not current.open:
        raise HoldRefusal(_("The invoice is paid."))
    if amount is not None and amount > current.open:
        raise HoldRefusal(_("That is more than is open."))


def release_hold(held: Hold, on: date, person: Any = None) -> None:
    """Let reminders go on from the day; raises HoldRefusal when somebody was first."""
    released = Hold.objects.filter(pk=held.pk, released_on=None).update(
        released_on=on, released_by=person
    )
    if not released:
        raise HoldRefusal(_("The hold has been released already."))
