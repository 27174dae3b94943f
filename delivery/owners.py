"""What the app that wrote a document has to say when it leaves, or does not.

`settings.DOCUMENT_OWNERS` names a module for a kind of document. It has four
functions, all called inside the transaction that moves the message:

- `why_not_send(message) -> str`: right before the message is handed over. Empty: it
  may go. Else the reason why it is overtaken (paid meanwhile); it may write, as to
  give a level back. Locks: clients first, as everywhere.
- `sent(message, on)`: the message has left (or arrived, where a provider says so) on
  the day `on`. Called again for the same message it changes nothing.
- `printed(number, on, person)`: somebody prints and posts the document in place of
  a message that did not arrive. Called again it changes nothing.
- `give_back(number, person) -> str`: what the document did is undone, because it
  reached nobody. Empty: done, now or before. Else why not, in a sentence.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from datetime import date

    from delivery.models import Message


def why_not_send(message: Message) -> str:
    """Why the message must not leave any more; empty when it may."""
    path = settings.DOCUMENT_OWNERS.get(message.kind)
    return str(import_module(path).why_not_send(message)) if path else ""


def tell_sent(message: Message, on: date) -> None:
    """Tell the owner that the message has left, or arrived, on the day `on`."""
    if path := settings.DOCUMENT_OWNERS.get(message.kind):
        import_module(path).sent(message, on)


def tell_printed(message: Message, on: date, person: Any) -> None:
    """Tell the owner that its document is printed and posted on the day `on`."""
    if path := settings.DOCUMENT_OWNERS.get(message.kind):
        import_module(path).printed(message.number, on, person)


def may_give_back(kind: str) -> bool:
    """Whether documents of this kind did something that can be undone."""
    return kind in settings.DOCUMENT_OWNERS


def give_back(message: Message, person: Any) -> str:
    """Have the owner undo what its document did; the reason where it cannot."""
    path = settings.DOCUMENT_OWNERS[message.kind]
    return str(import_module(path).give_back(message.number, person))
