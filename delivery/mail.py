"""A message row as an e-mail: its text, its HTML, its document."""

from __future__ import annotations

from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from functools import lru_cache
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from clients.logos import logo_for_screen
from clients.models import Logo
from clients.templatetags.format import long_day
from delivery.letterhead import (
    LOGO_ID,
    html_with_links,
    logo_named_in,
    text_with_links,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from delivery.models import Document, Message

NOWHERE: Mapping[int, str] = MappingProxyType({})
# Mailjet refuses every message that brings an id of its own.
GIVES_ITS_OWN_ID = "anymail.backends.mailjet."


class Unsendable(Exception):
    """A message that no attempt can send; the text says why."""


class Letter(EmailMultiAlternatives):
    """An e-mail whose pictures belong to its HTML and are no attachments."""

    def message(self, **options: Any) -> Any:
        """The parts: text, HTML with its pictures, and the document."""
        whole: Any = super().message(**options)
        pictures = [part for part in self.attachments if isinstance(part, MIMEImage)]
        if not pictures:
            return whole
        choices = whole.get_payload(0)
        shown = MIMEMultipart("related", type="text/html")
        for part in (choices.get_payload(1), *pictures):
            shown.attach(part)
        choices.set_payload([choices.get_payload(0), shown])
        rest = [part for part in whole.get_payload() if part not in pictures]
        whole.set_payload(rest)
        return whole


def email_of(message: Message, addresses: Mapping[int, str] = NOWHERE) -> Letter:
    """The e-mail, with the archived bytes attached; raises Unsendable.

    Documents with an address are fetched there: they are too large to attach.
    """
    document = message.document
    if document is None:
        raise Unsendable(_("The document of the message is not ready yet."))
    if not message.sender:
        raise Unsendable(_("The company has no e-mail address to send from."))
    papers = [document, *(row.document for row in message.enclosures.all())]
    contents = [(paper, unaltered(paper)) for paper in papers]
    email = Letter(
        subject=message.subject,
        from_email=message.sender,
        to=[message.recipient],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers=headers(message),
    )
    links = [(paper, addresses[paper.pk]) for paper in papers if paper.pk in addresses]
    fill(email, message, links)
    for paper, content in contents:
        if paper.pk not in addresses:
            email.attach(paper.file_name, content, "application/pdf")
    follow_nobody(email, message.message_id)
    return email


def unaltered(document: Document) -> bytes:
    """The archived bytes; compared with their fingerprint: what was altered stays."""
    content = bytes(document.content)
    if sha256(content).hexdigest() != document.sha256:
        raise Unsendable(_("The archived document is not what was archived."))
    return content


def headers(message: Message) -> dict[str, str]:
    """What mail programs and servers read: no answering machine answers it."""
    named = {
        "Message-ID": message.message_id,
        "Auto-Submitted": "auto-generated",
        "Content-Language": message.language,
    }
    if settings.EMAIL_BACKEND.startswith(GIVES_ITS_OWN_ID):
        del named["Message-ID"]
    return named


def fill(email: Letter, message: Message, shared: list[tuple[Document, str]]) -> None:
    """Text and HTML as they were queued, and the links where there are some.

    A message of before there was HTML is sent as the text it was.
    """
    body, html = message.body, message.html
    if shared:
        links = link_words(message, shared)
        body = text_with_links(body, links)
        html = html_with_links(html, links, message.language)
    email.body = body
    if html:
        email.attach_alternative(html, "text/html")
    if fingerprint := logo_named_in(html):
        email.attach(logo_part(fingerprint))


def link_words(
    message: Message, shared: list[tuple[Document, str]]
) -> list[tuple[str, str]]:
    """The sentence before each link, in the client's language; then the address."""
    used = [message.link, *(row.link for row in message.enclosures.all())]
    until = max(localtime(link.expires_at).date() for link in used if link)
    with translation.override(message.language):
        if len(shared) == 1 and shared[0][0].pk == message.document_id:
            sentence = _(
                "The document is too large for an e-mail. "
                "You can fetch it here until %(day)s:"
            )
            return [(sentence % {"day": long_day(until)}, shared[0][1])]
        sentence = _("%(name)s, to be fetched here until %(day)s:")
        return [
            (sentence % {"name": paper.file_name, "day": long_day(until)}, address)
            for paper, address in shared
        ]


def logo_part(fingerprint: str) -> MIMEImage:
    """The company's logo as a part of the HTML."""
    part = MIMEImage(logo_png(fingerprint), "png")
    part.add_header("Content-ID", f"<{LOGO_ID.format(fingerprint)}>")
    part.add_header("Content-Disposition", "inline", filename="logo.png")
    return part


@lru_cache(maxsize=4)
def logo_png(fingerprint: str) -> bytes:
    """The logo in the size of a screen; a mass mailing draws it once."""
    return logo_for_screen(Logo.objects.get(sha256__startswith=fingerprint))


def follow_nobody(email: Any, message_id: str) -> None:
    """What a provider is told: who we mean in its reports, and to spy on nobody."""
    email.metadata = {"relance": message_id}
    email.track_opens = False
    email.track_clicks = False
