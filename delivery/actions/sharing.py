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
from delivery.models import Message, ShareLink

if TYPE_CHECKING:
    from datetime import datetime

    from delivery.models import Document


def share_if_large(message: Message, now: datetime) -> str:
    """The address of the message's document where it cannot be attached, else empty.

    Every attempt makes a link of its own: what an earlier one may have brought to the
    client goes on to work. Raises Unsendable where nobody could open it.
    """
    document = message.document
    if document is None or not too_large(document):
        return ""
    if carrier().name != "file" and not others_can_open():
        raise Unsendable(
            _(
                "The document is too large to attach, and no client can open a link "
                "to this machine: BASE_URL must name its address on the internet."
            )
        )
    with transaction.atomic():
        link, where = share(document, now)
        Message.objects.filter(pk=message.pk).update(link=link)
    message.link = link
    return where


def share(document: Document, now: datetime) -> tuple[ShareLink, str]:
    """A new link to a document, and its address: it is told this once."""
    token = new_token()
    link = ShareLink.objects.create(
        document=document,
        token_sha256=fingerprint(token),
        expires_at=now + OPEN_FOR,
    )
    return link, address(token)


def count_fetch(link: ShareLink, now: datetime) -> None:
    """Somebody pressed Download; the time is that of the first."""
    ShareLink.objects.filter(pk=link.pk).update(
        fetches=F("fetches") + 1, fetched_at=Coalesce("fetched_at", now)
    )


def revoke(link: ShareLink, now: datetime) -> bool:
    """Close a link for good; whether it was still open."""
    rows = ShareLink.objects.filter(pk=link.pk, revoked_at=None)
    return bool(rows.update(revoked_at=now))
