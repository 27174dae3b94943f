"""Links under which a document can be fetched without a login.

A link is 256 bits that nobody can guess. They stand in the e-mail and nowhere else: the
database keeps their SHA-256, and logs have them blotted out (config/logs.py).
"""

from __future__ import annotations

import re
import secrets
from base64 import urlsafe_b64encode
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from delivery.carriers import carrier
from delivery.models import ShareLink

if TYPE_CHECKING:
    from delivery.models import Document

OPEN_FOR = timedelta(days=90)
STAYS_HERE = {"file", "none"}
ONLY_HERE = {"localhost", "127.0.0.1", "::1"}


def too_large(*documents: Document) -> bool:
    """Whether documents are sent as links: many servers refuse such attachments."""
    size = sum(len(document.content) for document in documents)
    return bool(size > settings.ATTACHMENT_LIMIT)


def new_token() -> str:
    """256 bits from the system's source of chance, as they stand in an address."""
    return secrets.token_urlsafe(32)


def derived_token(*about: object) -> str:
    """256 bits that only this installation can know, always the same for the same.

    So a preview bears the very link that the document will have; it opens nothing
    before the document is issued.
    """
    said = "\x1f".join(str(part) for part in about)
    digest = salted_hmac("delivery.links", said, algorithm="sha256").digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def fingerprint(token: str) -> str:
    """What the database keeps of a token."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def address(token: str) -> str:
    """Where the client finds the document; of our own setting, never of a request."""
    return f"{settings.BASE_URL}{reverse('shared', args=[token])}"


def page_address(token: str) -> str:
    """The page where the recipient of a document sees, pays and answers it."""
    return f"{settings.BASE_URL}/r/{token}/"


def with_page(text: str, address: str) -> str:
    """A text with this address in place of that of any recipient's page."""
    pages = re.escape(page_address("TOKEN")).replace("TOKEN", r"[\w-]{43}")
    return re.sub(pages, lambda _found: address, text)


def is_reachable() -> bool:
    """Whether the recipient of an e-mail could open a link to us.

    What no server carries is read on this machine.
    """
    return carrier().name in STAYS_HERE or others_can_open()


def others_can_open() -> bool:
    """Whether BASE_URL is an address that exists outside this machine."""
    return urlsplit(settings.BASE_URL).hostname not in ONLY_HERE


def find(token: str) -> ShareLink | None:
    """The link of a token, expired or not; none when it is wrong or was revoked."""
    rows = ShareLink.objects.select_related("document").defer("document__content")
    return rows.filter(token_sha256=fingerprint(token), revoked_at=None).first()
