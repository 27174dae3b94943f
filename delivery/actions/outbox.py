"""Keeps documents, and queues, holds back and repeats messages."""

from __future__ import annotations

from email.headerregistry import Address
from email.utils import make_msgid
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.facts import company
from delivery.models import Document, Message
from delivery.pdf import page_count

if TYPE_CHECKING:
    from clients.models import Client, Company

State = Message.State


class MessageRefusal(Exception):
    """A message that is not in the state for what was asked; the text says why."""


def archive(
    *,
    kind: str,
    number: str,
    client: Client,
    language: str,
    file_name: str,
    content: bytes,
    person: Any,
) -> Document:
    """Keep the bytes of a document for good; what is kept already comes back as it is.

    Whoever comes second gets the first one's bytes: a number has one document.
    """
    document, _made = Document.objects.get_or_create(
        kind=kind,
        number=number,
        defaults={
            "client": client,
            "language": language,
            "file_name": file_name,
            "pages": page_count(content),
            "sha256": sha256(content).hexdigest(),
            "content": content,
            "created_by": person,
        },
    )
    return document


def queue_message(  # noqa: PLR0913 - what a message is made of
    *,
    kind: str,
    number: str,
    client: Client,
    language: str,
    recipient: str,
    subject: str,
    body: str,
    person: Any,
    document: Document | None = None,
    occasion: int = 1,
) -> Message:
    """Put a message in the outbox, once per recipient and occasion.

    Its Message-ID is made and kept here, before the first attempt: what a mail
    server gets twice it can tell by it. Without a document the message waits for it.
    """
    home = company()
    message, _made = Message.objects.get_or_create(
        kind=kind,
        number=number,
        recipient=recipient,
        occasion=occasion,
        defaults={
            "client": client,
            "language": language,
            "document": document,
            "subject": " ".join(subject.split())[:200],
            "body": body,
            "sender": sender(home),
            "reply_to": home.email,
            "message_id": make_msgid(domain=mail_domain(home)),
            "created_by": person,
        },
    )
    return message


def sender(home: Company) -> str:
    """The company as it stands in `From`; empty where no address is known."""
    email = home.email or settings.DEFAULT_FROM_EMAIL
    if not email or "<" in email:
        return email
    name = " ".join(home.name.split())
    whole = str(Address(display_name=name, addr_spec=email))
    return whole if len(whole) <= 254 else email


def mail_domain(home: Company) -> str:
    """The domain a Message-ID is made with."""
    email = home.email or settings.DEFAULT_FROM_EMAIL
    return email.rpartition("@")[2].strip("> ") or "relance.invalid"


def attach_document(document: Document) -> int:
    """Give a finished document to the messages that wait for it; says how many."""
    return Message.objects.filter(
        kind=document.kind,
        number=document.number,
        document=None,
        state=State.QUEUED,
    ).update(document=document)


def cancel(message: Message) -> None:
    """Hold a waiting message back for good; raises MessageRefusal when it has left."""
    if not move(message, State.QUEUED, State.CANCELLED, next_try_at=None):
        raise MessageRefusal(_("The message is not waiting any more."))


def mark_arrived(message: Message, person: Any) -> None:
    """Somebody asked the recipient: the unknown message has arrived."""
    note = _("Marked as arrived by %(person)s.") % {"person": person}
    if not move(
        message,
        State.UNKNOWN,
        State.SENT,
        error=note,
        sent_at=message.claimed_at or timezone.now(),
    ):
        raise MessageRefusal(_("The message is not unknown any more."))


def send_again(message: Message) -> None:
    """Queue an unknown or failed message once more, under the same Message-ID."""
    known = {State.UNKNOWN, State.FAILED} & {State(message.state)}
    if not known or not move(
        message, known.pop(), State.QUEUED, next_try_at=None, error=""
    ):
        raise MessageRefusal(_("The message is not unknown or failed any more."))


def send_anew(message: Message, *, occasion: int, person: Any) -> Message:
    """Queue the same text and document as a new message, a new occasion.

    `occasion` is what the page showed: a double click asks for the same one twice.
    """
    if message.document is None:
        raise MessageRefusal(_("The document of the message is not ready yet."))
    return queue_message(
        kind=message.kind,
        number=message.number,
        client=message.client,
        language=message.language,
        recipient=message.recipient,
        subject=message.subject,
        body=message.body,
        document=message.document,
        person=person,
        occasion=occasion,
    )


def move(message: Message, before: str, after: str, **values: Any) -> bool:
    """Change the state where it still is `before`; whether this call did it."""
    return bool(
        Message.objects.filter(pk=message.pk, state=before).update(
            state=after, **values
        )
    )
