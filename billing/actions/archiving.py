"""Puts clients with closed accounts away, and brings them back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.models import Credit, Draft, Invoice, exact_sum
from billing.rules.money import from_units
from clients.actions.history import note
from clients.actions.saving import ClientRefusal
from clients.models import Client, ClientEvent
from clients.templatetags.format import money as written
from delivery.models import Message

if TYPE_CHECKING:
    from django.db.models import QuerySet


def archive_client(client: Client, person: Any = None) -> None:
    """Take a client out of lists and choices; its ledger stays as it is.

    Raises ClientRefusal with every reason why it is still needed.
    """
    with transaction.atomic():
        # Nobody bills the client while it is looked at.
        Client.objects.select_for_update(of=("self",)).get(pk=client.pk)
        if reasons := reasons_to_stay(client):
            raise ClientRefusal(
                _("This client cannot be archived: %(reasons)s.")
                % {"reasons": "; ".join(reasons)}
            )
        moved = Client.objects.filter(pk=client.pk, archived_at=None).update(
            archived_at=timezone.now()
        )
        if not moved:
            raise ClientRefusal(_("The client is archived already."))
        note(client, ClientEvent.Kind.ARCHIVED, {}, person)


def restore_client(client: Client, person: Any = None) -> None:
    """Bring a client back; one that was merged stays where it went."""
    with transaction.atomic():
        moved = Client.objects.filter(
            pk=client.pk, archived_at__isnull=False, merged_into=None
        ).update(archived_at=None)
        if not moved:
            raise ClientRefusal(_("The client is not in the archive."))
        note(client, ClientEvent.Kind.RESTORED, {}, person)


def reasons_to_stay(client: Client) -> list[str]:
    """What is not finished with a client: open, left, being written, being sent."""
    unpaid = Invoice.objects.filter(client=client, open__gt=0)
    left = Credit.objects.filter(client=client, unallocated__gt=0)
    found = [_("%(sum)s is open") % {"sum": s} for s in _sums(unpaid, "open")]
    found += [
        _("%(sum)s of credit is left") % {"sum": s} for s in _sums(left, "unallocated")
    ]
    if drafts := Draft.objects.filter(client=client).count():
        found.append(
            ngettext(
                "%(n)d draft or recurring invoice waits",
                "%(n)d drafts or recurring invoices wait",
                drafts,
            )
            % {"n": drafts}
        )
    outbox = Message.objects.filter(client=client, state__in=Message.UNFINISHED)
    if waiting := outbox.count():
        found.append(
            ngettext(
                "%(n)d e-mail waits in the outbox",
                "%(n)d e-mails wait in the outbox",
                waiting,
            )
            % {"n": waiting}
        )
    return found


def _sums(rows: QuerySet[Any], field: str) -> list[str]:
    by_currency = rows.order_by("currency").values_list("currency")
    return [
        written(from_units(units, code))
        for code, units in by_currency.annotate(units=exact_sum(field))
    ]
