"""A statement that was sent, and the page of whoever got it."""

from datetime import date
from itertools import count

from django.db import connection
from django.utils import timezone

from delivery.models import ShareLink
from statements.actions.issuing import Asked, keep_statement
from tests import make

START, END = date(2025, 11, 1), date(2026, 2, 28)
keys = count(1)


def linked(client, *, start=START, end=END, kind="activity", unpaid_only=False):
    """The path of the page; its paper is a blank sheet, which nobody looks at here."""
    asked = Asked(
        client,
        start,
        end,
        kind,
        unpaid_only,
        client.language,
        timezone.localdate(),
        None,
        f"linked-{next(keys)}",
    )
    data = asked.data()
    token = asked.token(data)
    keep_statement(asked, data, make.blank_pdf(), token)
    return f"/r/{token}/"


def link_of(path):
    """The link that was opened last."""
    assert path.startswith("/r/")
    return ShareLink.objects.latest("pk")


def writes(call):
    """What a call changes in the database, statement by statement."""
    found = []

    def watching(execute, sql, params, many, context):
        if not sql.lstrip("( ").upper().startswith(("SELECT", "SAVEPOINT", "RELEASE")):
            found.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watching):
        call()
    return found
