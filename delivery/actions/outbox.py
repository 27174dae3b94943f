"""Holds back and repeats messages, and says that they arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from delivery.actions.marking import mark_sent
from delivery.actions.queueing import queue_message
from delivery.models import Enclosure, Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from delivery.models import Document

State = Message.State


class MessageRefusal(Exception):
    """A message that is not in the state for what was asked; the text says why."""


def attach_document(document: Document) -> int:
    """Give a finished document to the messages that wait for it; says how many."""
    return Message.objects.filter(
        kind=document.kind,
        number=document.number,
        document=None,
        state=State.QUEUED,
    ).update(document=document)


def enclose(kind: str, brought: Mapping[str, Iterable[int]]) -> None:
    """Have the waiting messages about these numbers bring archived documents along.

    In the transaction that queues them, or before their own document is attached: a
    message never leaves without them. Asked twice, once.
    """
    waiting = Message.objects.filter(
        kind=kind, number__in=brought, state=State.QUEUED
    ).order_by("pk")
    Enclosure.objects.bulk_create(
        [
            Enclosure(message_id=key, document_id=document)
            for key, number in waiting.values_list("pk", "number")
            for document in brought[number]
        ],
        ignore_conflicts=True,
    )


def cancel(message: Message) -> None:
    """Hold a waiting message back for good; raises MessageRefusal when it has left."""
    if not move(message, State.QUEUED, State.CANCELLED, next_try_at=None):
        raise MessageRefusal(_("The message is not waiting any more."))


def mark_arrived(message: Message, person: Any) -> None:
    """Somebody asked the recipient: the unknown message has arrived."""
    marked = mark_sent(
        message.pk,
        now=message.claimed_at or timezone.now(),
        carrier=message.carrier,
        carrier_id=message.carrier_id,
        before=[State.UNKNOWN],
        note=_("Marked as arrived by %(person)s.") % {"person": person},
    )
    if not marked:
        raise MessageRefusal(_("The message is not unknown any more."))


def send_again(message: Message) -> None:
    """Queue an unknown or failed message once more, under the same Message-ID.

    Its attempts are counted anew. What somebody has dealt with is not sent again.
    """
    known = {State.UNKNOWN, State.FAILED} & {State(message.state)}
    again = {"next_try_at": None, "error": "", "attempts": 0}
    if not known or not move(message, known.pop(), State.QUEUED, **again):
        raise MessageRefusal(_("The message is not unknown or failed any more."))


def send_anew(
    message: Message, *, occasion: int, person: Any, recipient: str = ""
) -> Message:
    """Queue the same text and documents as a new message, a new occasion.

    `occasion` is what the page showed: a double click asks for the same one twice.
    It goes to the same address if no other is given.
    """
    if message.document is None:
        raise MessageRefusal(_("The document of the message is not ready yet."))
    with transaction.atomic():
        made = queue_message(
            kind=message.kind,
            number=message.number,
            client=message.client,
            language=message.language,
            recipient=recipient or message.recipient,
            subject=message.subject,
            body=message.body,
            html=message.html,
            document=message.document,
            person=person,
            occasion=occasion,
        )
        documents = message.enclosures.values_list("document", flat=True)
        Enclosure.objects.bulk_create(
            [Enclosure(message=made, document_id=key) for key in documents],
            ignore_conflicts=True,
        )
    return made


def move(message: Message, before: str, after: str, **values: Any) -> bool:
    """Change the state where it still is `before`; whether this call did it."""
    rows = Message.objects.filter(pk=message.pk, state=before, resolution="")
    return bool(rows.update(state=after, **values))
