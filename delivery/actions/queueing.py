"""Puts messages into the outbox: once per document, recipient and occasion."""

from __future__ import annotations

from dataclasses import dataclass
from email.headerregistry import Address
from email.utils import make_msgid
from typing import TYPE_CHECKING, Any

from django.conf import settings

from clients.facts import company
from clients.rules.text import one_line
from delivery.letterhead import html_of
from delivery.models import Document, MailService, Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clients.models import Client, Company
    from delivery.models import Job

# So many rows are compared with what is there in one query.
CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """What a message is made of; without a document it waits for it."""

    kind: str
    number: str
    client: Client
    language: str
    recipient: str
    subject: str
    body: str
    document: Document | None = None
    occasion: int = 1
    # A few figures of the document that its HTML shows in a table.
    facts: tuple[tuple[str, str], ...] = ()
    # As it was, of a message that goes out once more.
    html: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """On whose behalf is written: `From`, `Reply-To`, and the domain of ids."""

    home: Company
    address: str
    reply_to: str
    domain: str


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
    facts: tuple[tuple[str, str], ...] = (),
    html: str = "",
    job: Job | None = None,
) -> Message:
    """Put a message in the outbox, once per recipient and occasion.

    Its Message-ID is made and kept here, before the first attempt: what a mail
    server gets twice it can tell by it. Without a document the message waits for it.
    """
    wanted = NewMessage(
        kind=kind,
        number=number,
        client=client,
        language=language,
        recipient=recipient,
        subject=subject,
        body=body,
        document=document,
        occasion=occasion,
        facts=facts,
        html=html,
    )
    same = Message.objects.filter(
        kind=kind, number=number, recipient=recipient, occasion=occasion
    )
    if found := same.first():
        return found
    Message.objects.bulk_create(
        [row_of(wanted, sender(), person, job)], ignore_conflicts=True
    )
    return same.get()


def queue_messages(
    wanted: Sequence[NewMessage], person: Any, job: Job | None = None
) -> int:
    """Put many messages in the outbox, once each; says how many are new.

    Three queries for each CHUNK of them, however many there are.
    """
    by = sender()
    rows = [row_of(new, by, person, job) for new in wanted]
    made = 0
    for start in range(0, len(rows), CHUNK):
        part = rows[start : start + CHUNK]
        Message.objects.bulk_create(part, ignore_conflicts=True)
        ids = [row.message_id for row in part]
        made += Message.objects.filter(message_id__in=ids).count()
    return made


def row_of(new: NewMessage, by: Sender, person: Any, job: Job | None) -> Message:
    """The row of a message, with the Message-ID it keeps whatever happens."""
    return Message(
        kind=new.kind,
        number=new.number,
        client=new.client,
        language=new.language,
        recipient=new.recipient,
        subject=one_line(new.subject)[:200],
        body=new.body,
        html=new.html or html_of(new.body, by.home, new.language, new.facts),
        document=new.document,
        occasion=new.occasion,
        sender=by.address,
        reply_to=by.reply_to,
        message_id=make_msgid(domain=by.domain),
        job=job,
        created_by=person,
    )


def sender() -> Sender:
    """The company as it writes e-mails: its own words, or those of the mail page."""
    home = company()
    service = MailService.objects.filter(pk=1).first() or MailService(pk=1)
    address = home.email or settings.DEFAULT_FROM_EMAIL
    return Sender(
        home=home,
        address=named(address, service.sender_name or home.name),
        reply_to=service.reply_to or home.email,
        domain=mail_domain(home),
    )


def named(address: str, name: str) -> str:
    """The address with a name before it; bare where it has one, or none fits."""
    if not address or "<" in address:
        return address
    whole = str(Address(display_name=" ".join(name.split()), addr_spec=address))
    return whole if len(whole) <= 254 else address


def mail_domain(home: Company) -> str:
    """The domain a Message-ID is made with."""
    email = home.email or settings.DEFAULT_FROM_EMAIL
    domain = email.rpartition("@")[2].strip("> ")
    try:
        return domain.encode("idna").decode() or "relance.invalid"
    except UnicodeError:
        return "relance.invalid"
