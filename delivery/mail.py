"""A message row as an e-mail."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from delivery.models import Message


class Unsendable(Exception):
    """A message that no attempt can send; the text says why."""


def email_of(message: Message) -> EmailMessage:
    """The e-mail, with the archived bytes attached; raises Unsendable.

    The bytes are compared with their fingerprint first: what was altered is not sent.
    """
    document = message.document
    if document is None:
        raise Unsendable(_("The document of the message is not ready yet."))
    if not message.sender:
        raise Unsendable(_("The company has no e-mail address to send from."))
    content = bytes(document.content)
    if sha256(content).hexdigest() != document.sha256:
        raise Unsendable(_("The archived document is not what was archived."))
    return EmailMessage(
        subject=message.subject,
        body=message.body,
        from_email=message.sender,
        to=[message.recipient],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers={
            "Message-ID": message.message_id,
            "Auto-Submitted": "auto-generated",
            "Content-Language": message.language,
        },
        attachments=[(document.file_name, content, "application/pdf")],
    )
