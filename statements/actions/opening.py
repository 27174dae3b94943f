"""The page of an issued statement's recipient: open, or opened anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from delivery.links import fingerprint, is_reachable, page_address
from delivery.models import ShareLink
from statements.actions.linking import renew_link
from statements.recipient.renewing import open_address, page_links, renewed_token

if TYPE_CHECKING:
    from datetime import datetime

    from statements.models import Statement


def open_page(statement: Statement, now: datetime) -> str:
    """Where its recipient sees, pays and answers it.

    That is the address its paper names; where that was closed or has expired, one
    that was opened since, or is opened now.
    """
    links = page_links(statement, now)
    if address := open_address(links):
        return address
    renew_link(statement, len(links), now)
    return page_address(renewed_token(statement, len(links) + 1))


def mailed_page(statement: Statement, now: datetime) -> str:
    """The same as an e-mail names it; empty where nobody could open it."""
    return open_page(statement, now) if is_reachable() else ""


def is_taken(token: str) -> bool:
    """Whether a token opens something, or once did."""
    return ShareLink.objects.filter(token_sha256=fingerprint(token)).exists()


def names_page(text: str) -> bool:
    """Whether a text names the address of any recipient's page."""
    return page_address("").rstrip("/") + "/" in text
