"""The address of a statement's page, known before the statement is issued."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Max

from delivery.links import derived_token, is_reachable, page_address

if TYPE_CHECKING:
    from datetime import date

    from clients.models import Client
    from statements.models import Statement
    from statements.rules.statement import StatementOfAccount


def statement_token(
    client: Client, statement: StatementOfAccount, language: str, issued_on: date
) -> str:
    """What opens the page of the statement, once it is issued as it is now.

    It is made of the client's latest statement as well: issuing the same again makes
    another document, which has a page of its own.
    """
    latest = client.statements.aggregate(latest=Max("pk"))["latest"]
    return token_after(client.pk, latest or 0, statement, language, issued_on)


def token_after(
    client: int,
    latest: int,
    statement: StatementOfAccount | Statement,
    language: str,
    issued_on: date,
) -> str:
    """The same, of a client whose latest statement was this one; 0: it had none."""
    return derived_token(
        "statement",
        client,
        latest,
        statement.start,
        statement.end,
        statement.kind,
        statement.unpaid_only,
        language,
        issued_on,
    )


def mailed_page(token: str) -> str:
    """The page's address as an e-mail names it; empty where nobody could open it."""
    return page_address(token) if is_reachable() else ""
