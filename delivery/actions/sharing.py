"""Makes, counts and revokes the links to documents that are too large to attach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from delivery.carriers import carrier
from delivery.links import (
    OPEN_FOR,
    address,
    fingerprint,
    new_token,
    others_can_open,
    too_large,
)
from delivery.mail import Unsendable
from delivery.models import Enclosure, Message, ShareLink

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from delivery.models import Document


def share_if_large(message: Message, now: datetime) -> dict[int, str]:
    """The addresses of the documents that cannot be attached, by document.

    Where all are too large together, its own document is attached if it is not too
    large alone. Every attempt makes links of its own: what an earlier one may have
    brought to the client goes on to work. Raises Unsendable where nobody could open
    them.
    """
    document, enclosures = message.document, list(message.enclosures.all())
    if document is None or not too_large(document, *(e.document for e in enclosures)):
        return {}
    if carrier().name != "file" and not others_can_open():
        raise Unsendable(
            _(
                "The document is too large to attach, and no client can open a link "
                "to this machine: BASE_URL must name its address on the internet."
            )
        )
    found: dict[int, str] = {}
    with transaction.atomic():
        if too_large(document):
            link, found[document.pk] = share(document, now)
            Message.objects.filter(pk=message.pk).update(link=link)
            message.link = link
        for enclosure in enclosures:
            link, found[enclosure.document_id] = share(enclosure.document, now)
            Enclosure.objects.filter(pk=enclosure.pk).update(link=link)
            enclosure.link = link
    return found


def share(document: Document, now: datetime) -> tuple[ShareLink, str]:
    """A new link to a document, and its address: it is told this once."""
    token = new_token()
    return open_link(document, token, now), address(token)


def open_link(document: Document, token: str, now: datetime) -> ShareLink:
    """Let whoever has the token come to the document.

    Raises IntegrityError where the token opens another one.
    """
    return ShareLink.objects.create(
        document=document,
        token_sha256=fingerprint(token),
        expires_at=now + OPEN_FOR,
    )


def open_links(tokens: Mapping[int, str], now: datetime) -> None:
    """Let whoever has the token of a document (by its key) come to it.

    Asked again it changes nothing, so that a letter may be queued twice.
    """
    ShareLink.objects.bulk_create(
        [
            ShareLink(
                document_id=document,
                token_sha256=fingerprint(token),
                expires_at=now + OPEN_FOR,
            )
            for document, token in tokens.items()
        ],
        ignore_conflicts=True,
    )


def count_fetch(link: ShareLink, now: datetime) -> None:
    """Somebody pressed Download; the time is that of the first."""
    ShareLink.objects.filter(pk=link.pk).update(
        fetches=F("fetches") + 1, fetched_at=Coalesce("fetched_at", now)
    )


def revoke(link: ShareLink, now: datetime) -> bool:
    """Close a link for good; whether it was still open."""
    rows = ShareLink.objects.filter(pk=link.pk, revoked_at=None)
    return bool(rows.update(revoked_at=now))
