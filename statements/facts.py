"""Reads what a statement is made of, and whether one can be made."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from billing import facts as ledger
from billing.models import Allocation, Invoice
from delivery.models import Document, Message
from statements.models import Statement
from statements.rules.periods import EARLIEST, LATEST
from statements.rules.statement import Extract, StatementImbalance, build_statement

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet
    from moneyed import Money

    from billing.rules.items import OpenItem
    from clients.models import Client
    from statements.rules.statement import StatementOfAccount

TRIES = 3
DAY = timedelta(days=1)


def statement_data(
    client: Client, start: date, end: date, kind: str, unpaid_only: bool
) -> StatementOfAccount:
    """The statement of a client and period, as of its end, with today's knowledge.

    Raises StatementImbalance when the ledger contradicts itself. A booking that
    comes in between two reads looks like that too, so it is read again.
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
    return build_statement(
        _extract(client, start, end),
        start=start,
        end=end,
        kind=kind,
        unpaid_only=unpaid_only,
        currency=client.currency,
    )


def _extract(client: Client, start: date, end: date) -> Extract:
    one = [client.pk]
    return Extract(
        opening=_by_currency(ledger.balances(start - DAY, one)),
        closing=_by_currency(ledger.balances(end, one)),
        movements=ledger.movements(client.pk, start, end),
        items=_items(client, start, end),
        unallocated=_by_currency(ledger.unallocated(end, one)),
    )


def _items(client: Client, start: date, end: date) -> list[OpenItem]:
    """Invoices of the period, and every one with something open at its end."""
    later = Allocation.objects.filter(invoice=OuterRef("pk"), effective_on__gt=end)
    invoices = Invoice.objects.filter(client=client, issued_on__lte=end).filter(
        Q(issued_on__gte=start) | Q(open__gt=0) | Exists(later)
    )
    return [
        item
        for item in ledger.listed_items(invoices, end)
        if item.open or item.issued_on >= start
    ]


def _by_currency(amounts: dict[ledger.Account, Money]) -> dict[str, Money]:
    return {currency: amount for (_client, currency), amount in amounts.items()}
