"""What a person does about a message that did not arrive; each once.

Whoever comes second changes nothing and is told so: the message is taken by a
conditional update before anything else is done.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from clients.actions import ClientRefusal, save_client
from clients.facts import recipient as mailbox_for
from clients.models import Client, Purpose
from delivery import owners
from delivery.actions.marking import hold_client
from delivery.actions.outbox import MessageRefusal, send_again, send_anew
from delivery.facts import next_occasion, undelivered
from delivery.models import Document, Message
from delivery.poking import poke_mail

Resolution = Message.Resolution
PURPOSES: dict[str, str] = {
    Document.Kind.STATEMENT: Purpose.STATEMENT,
    Document.Kind.NOTICE: Purpose.REMINDER,
    Document.Kind.WITHDRAWAL: Purpose.REMINDER,
    Document.Kind.INVOICE: Purpose.INVOICE,
    Document.Kind.CREDIT_NOTE: Purpose.INVOICE,
}


def correct_address(message: Message, email: str, person: Any) -> Message:
    """Keep the right address at the client, and send the message to it.

    Raises MessageRefusal.
    """
    with transaction.atomic():
        rows = Client.objects.select_for_update(no_key=True, of=("self",))
        client = rows.get(pk=message.client_id)
        settle(message, Resolution.RESENT, person)
        try:
            keep_address(client, PURPOSES[message.kind], email, person)
        except ClientRefusal as refusal:
            raise MessageRefusal(str(refusal)) from refusal
        return once_more(message, email, person)


def send_unchanged(message: Message, person: Any) -> Message:
    """Send a message that did not arrive once more, to the same address.

    One that was never reported of goes under its own Message-ID; one that came back
    as a new message, so that what is known of the first stays.
    """
    with transaction.atomic():
        if message.state != Message.State.SENT and not any(told_times(message)):
            send_again(message)
            poke_mail()
            return message
        settle(message, Resolution.RESENT, person)
        return once_more(message, message.recipient, person)


def print_instead(message: Message, person: Any) -> None:
    """Somebody prints the archived document and posts it today."""
    if message.document_id is None:
        raise MessageRefusal(_("The document of the message is not ready yet."))
    with transaction.atomic():
        settle(message, Resolution.PRINTED, person)
        owners.tell_printed(message, localdate(), person)


def give_back(message: Message, person: Any) -> None:
    """The document reached nobody: what it did is undone by its owner."""
    if not owners.may_give_back(message.kind):
        raise MessageRefusal(_("Only a reminder has something to give back."))
    with transaction.atomic():
        settle(message, Resolution.GIVEN_BACK, person)
        if why_not := owners.give_back(message, person):
            raise MessageRefusal(why_not)


def dismiss(message: Message, person: Any) -> None:
    """It is settled some other way, as by a call."""
    with transaction.atomic():
        settle(message, Resolution.DISMISSED, person)


def settle(message: Message, resolution: str, person: Any) -> None:
    """Take the message off the list; raises MessageRefusal for whoever is second."""
    hold_client(message)
    mine = (
        undelivered()
        .filter(pk=message.pk)
        .update(resolution=resolution, resolved_at=timezone.now(), resolved_by=person)
    )
    if not mine:
        raise MessageRefusal(already(Message.objects.get(pk=message.pk)))


def already(message: Message) -> str:
    """What to tell somebody who comes second."""
    if message.resolution:
        return _("%(person)s has already dealt with this message: %(what)s.") % {
            "person": message.resolved_by or _("Somebody"),
            "what": message.get_resolution_display(),
        }
    return _("This message does not wait for anybody any more.")


def once_more(message: Message, email: str, person: Any) -> Message:
    """The same text and document as a new message, to this address."""
    made = send_anew(
        message,
        recipient=email,
        occasion=next_occasion(message, email),
        person=person,
    )
    poke_mail()
    return made


def keep_address(client: Client, purpose: str, email: str, person: Any) -> None:
    """Put the address where mail for the purpose is looked up: contact or client."""
    found = mailbox_for(client, purpose)
    if found.email == email:
        return
    contact = client.contacts.filter(purpose=found.source).order_by("pk").first()
    if contact is None:
        client.email = email
        save_client(client, person=person)
    else:
        contact.email = email
        save_client(client, [contact], person=person)


def told_times(message: Message) -> list[Any]:
    """The bad news of a message, as the times they came."""
    return [message.bounced_at, message.rejected_at, message.complained_at]
