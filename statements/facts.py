"""Reads what a statement is made of, and whether one can be made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from billing.details import last_entries
from delivery.models import Document, Message
from statements.extracts import account_extract, previous_told
from statements.models import Statement
from statements.rules.building import build_statement
from statements.rules.periods import EARLIEST, LATEST
from statements.rules.statement import StatementImbalance

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from billing.models import Invoice
    from clients.models import Client
    from statements.rules.statement import StatementOfAccount

TRIES = 3


def statement_data(
    client: Client, start: date, end: date, kind: str, unpaid_only: bool
) -> StatementOfAccount:
    """The statement of a client and period, as of its end, with today's knowledge.

    It goes on from the last one that was issued for the day before it starts. Raises
    StatementImbalance when the ledger contradicts itself. A booking that comes in
    between two reads looks like that too, so it is read again.
    """
    for _attempt in range(TRIES - 1):
        try:
            return _statement(client, start, end, kind, unpaid_only)
        except StatementImbalance:
            continue
    return _statement(client, start, end, kind, unpaid_only)


def refusal(client: Client) -> str | None:
    """Why a client cannot get a statement: it has too few issued invoices."""
    return too_few(client.invoices.count())


def too_few(count: int) -> str | None:
    """Why so many issued invoices are not enough for a statement; None: they are."""
    least: int = settings.STATEMENT_MIN_INVOICES
    if count >= least:
        return None
    if count == 1:
        return _(
            "A statement needs at least %(least)s invoices; this client has one. "
            "Send the invoice itself."
        ) % {"least": least}
    return _(
        "A statement needs at least %(least)s invoices; this client has %(count)s."
    ) % {"least": least, "count": count}


def period_refusal(start: date, end: date) -> str | None:
    """Why a period is none."""
    if start > end:
        return _("The start lies after the end.")
    if start < EARLIEST or end > LATEST:
        return _("Dates must lie between %(first)s and %(last)s.") % {
            "first": EARLIEST.year,
            "last": LATEST.year,
        }
    return None


def only_invoice(client: Client) -> Invoice | None:
    """The one invoice of a client, to be sent itself instead of a statement."""
    invoices = list(client.invoices.all()[:2])
    return invoices[0] if len(invoices) == 1 else None


def last_statement(client: Client) -> Statement | None:
    """The issued statement that reaches furthest."""
    return client.statements.order_by("-end", "-pk").first()


def listed_statements(words: str) -> QuerySet[Statement]:
    """Issued statements.

    `words` is a search key as clients have them, or part of a statement's number.
    """
    found = Statement.objects.select_related("client", "issued_by")
    if words:
        found = found.filter(
            Q(client__search__contains=words) | Q(number__icontains=words)
        )
    return found


def sent_messages(statement: Statement) -> QuerySet[Message]:
    """The e-mails that carry a statement, the latest first."""
    return Message.objects.filter(
        kind=Document.Kind.STATEMENT, number=statement.number
    ).select_related("created_by")


def _statement(
    client: Client, start: date, end: date, kind: str, unpaid_only: bool
) -> StatementOfAccount:
    known = last_entries(client.pk)
    told = previous_told(client, start)
    extract = account_extract(client, start, end, told)
    if last_entries(client.pk) != known:
        raise StatementImbalance(_("Something is being booked. Please try again."))
    return build_statement(
        extract,
        start=start,
        end=end,
        kind=kind,
        unpaid_only=unpaid_only,
        currency=client.currency,
        previous=told.statement if told else None,
        known=known,
    )
