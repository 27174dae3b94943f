"""The address of a statement's page, known before the statement is issued."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Max

from delivery.links import derived_token

if TYPE_CHECKING:
    from datetime import date

    from clients.models import Client
    from statements.rules.statement import StatementOfAccount


def statement_token(
    client: Client, statement: StatementOfAccount, language: str, issued_on: date
) -> str:
    """What opens the page of the statement, once it is issued as it is now.

    It is made of the client's latest statement as well: issuing the same again makes
    another document, which has a page of its own.
    """
    latest = client.statements.aggregate(latest=Max("pk"))["latest"]
    return derived_token(
        "statement",
        client.pk,
        latest or 0,
        statement.start,
        statement.end,
        statement.kind,
        statement.unpaid_only,
        language,
        issued_on,
    )


def page_address(token: str) -> str:
    """Where its recipient sees, pays and answers a document; of our own setting."""
    return f"{settings.BASE_URL}/r/{token}/"


def with_page(text: str, address: str) -> str:
    """A text with this address in place of that of any recipient's page."""
    pages = re.compile(re.escape(page_address("TOKEN")).replace("TOKEN", "[\\w-]{43}"))
    return pages.sub(lambda _found: address, text)
