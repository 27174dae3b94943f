"""Opens the page of an issued statement once more, and closes it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from delivery.actions.sharing import open_link
from statements.recipient.renewing import page_links, renewed_token

if TYPE_CHECKING:
    from datetime import datetime

    from statements.models import Statement


def renew_link(statement: Statement, seen: int, now: datetime) -> bool:
    """Open the page under a new link; `seen` is how many there were before.

    Asked twice it opens one. What was closed stays closed: a new link has an address
    of its own. False where there were others than were seen.
    """
    there = len(page_links(statement, now))
    if there == seen:
        # Where somebody does the same at the same time, theirs is the link.
        with suppress(IntegrityError), transaction.atomic():
            open_link(statement.document, renewed_token(statement, seen + 1), now)
        return True
    return there == seen + 1
