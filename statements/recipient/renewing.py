"""The links to an issued statement's page, with their addresses for who issued it.

The database keeps no token. Those of a statement are derived, so they are made once
more here, and whatever agrees with the hash of a link is its address.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.timezone import localdate

from clients.models import Client
from delivery.links import derived_token, fingerprint, page_address
from delivery.models import ShareLink
from statements.models import Statement
from statements.recipient.links import token_after

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link to the recipient's page, and its address where that can be told."""

    link: ShareLink
    address: str
    is_open: bool


def page_links(statement: Statement, now: datetime) -> list[PageLink]:
    """The links to a statement's page, the latest first.

    Links that an e-mail bears in place of a file too large to attach are not among
    them.
    """
    links = list(
        ShareLink.objects.filter(
            document=statement.document_id, messages=None, enclosures=None
        ).order_by("-pk")
    )
    wanted = {link.token_sha256 for link in links}
    found: dict[str, str] = {}
    for token in _tokens(statement, len(links)):
        if not wanted - found.keys():
            break
        if (known := fingerprint(token)) in wanted:
            found[known] = page_address(token)
    return [
        PageLink(
            link,
            found.get(link.token_sha256, ""),
            link.revoked_at is None and link.expires_at > now,
        )
        for link in links
    ]


def open_address(links: list[PageLink]) -> str:
    """Where the recipient can go now; empty where no link is open."""
    return next((link.address for link in links if link.is_open and link.address), "")


def renewed_token(statement: Statement, nth: int) -> str:
    """The token of the link that follows so many others."""
    return derived_token("statement-renewed", statement.document_id, nth)


def _tokens(statement: Statement, count: int) -> Iterator[str]:
    """What may open the page: renewals, and what was derived before it was issued."""
    for nth in range(count, 0, -1):
        yield renewed_token(statement, nth)
    # Its client may have been merged into the present one since.
    clients = [
        statement.client_id,
        *Client.objects.filter(merged_into=statement.client_id).values_list(
            "pk", flat=True
        ),
    ]
    before = Statement.objects.filter(
        client=statement.client_id, pk__lt=statement.pk
    ).order_by("-pk")
    issued_on = localdate(statement.issued_at)
    for latest in [*before.values_list("pk", flat=True), 0]:
        for client in clients:
            yield token_after(client, latest, statement, statement.language, issued_on)
