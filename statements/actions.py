"""Issues statements and sends them; what was issued is frozen with its bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from billing.actions.numbering import take_numbers
from clients.facts import recipient
from clients.models import Client, Purpose
from delivery.actions import archive, queue_message
from delivery.models import Document
from delivery.pdf import render_pdf
from delivery.tasks import send_messages
from statements.documents import statement_file_name, statement_html
from statements.facts import period_refusal, refusal, statement_data
from statements.models import Statement
from statements.rules.figures import statement_figures

if TYPE_CHECKING:
    from datetime import date

    from delivery.models import Message

SERIES = "S"


class StatementRefusal(Exception):
    """A statement that is not issued or not sent; its text says why."""


def issue_statement(
    client: Client,
    start: date,
    end: date,
    *,
    kind: str = Statement.Kind.ACTIVITY,
    unpaid_only: bool = False,
    language: str = "",
    issued_on: date,
    person: Any = None,
    request_key: str,
) -> Statement:
    """Issue the statement of a period: number, figures and PDF, kept for ever.

    The same `request_key` (a double click, a browser's resend) returns the
    statement it made the first time. Raises StatementRefusal for fewer than two
    invoices, an impossible period, or a key that was used for something else.
    """
    if made := Statement.objects.filter(request_key=request_key).first():
        return _same(made, client, start, end, kind, unpaid_only)
    check_statement(client, start, end)
    language = language or recipient(client, Purpose.STATEMENT).language
    data = statement_data(client, start, end, kind, unpaid_only)
    content = render_pdf(statement_html(client, data, language, issued_on))
    try:
        with transaction.atomic():
            [number] = take_numbers(SERIES, issued_on.year)
            return Statement.objects.create(
                number=number,
                client=client,
                kind=kind,
                start=start,
                end=end,
                unpaid_only=unpaid_only,
                language=language,
                figures=statement_figures(client.number, data),
                document=archive(
                    kind=Document.Kind.STATEMENT,
                    number=number,
                    client=client,
                    language=language,
                    file_name=statement_file_name(client, start, end, language),
                    content=content,
                    person=person,
                ),
                request_key=request_key,
                issued_by=person,
            )
    except IntegrityError:
        made = Statement.objects.filter(request_key=request_key).first()
        if made is None:
            raise
        return _same(made, client, start, end, kind, unpaid_only)


def send_statement(
    statement: Statement,
    recipient: str,
    subject: str,
    body: str,
    person: Any = None,
    *,
    occasion: int = 1,
) -> Message:
    """Put the e-mail with the statement's PDF into the outbox, once per occasion.

    Raises StatementRefusal without an address to send it to.
    """
    if not recipient:
        raise StatementRefusal(missing_address(statement.client))
    with transaction.atomic():
        message = queue_message(
            kind=Document.Kind.STATEMENT,
            number=statement.number,
            client=statement.client,
            language=statement.language,
            recipient=recipient,
            subject=subject,
            body=body,
            person=person,
            document=statement.document,
            occasion=occasion,
        )
        transaction.on_commit(lambda: send_messages.enqueue())  # noqa: PLW0108
    return message


def check_statement(client: Client, start: date, end: date) -> None:
    """Raise StatementRefusal where there can be no such statement."""
    for reason in (period_refusal(start, end), refusal(client)):
        if reason:
            raise StatementRefusal(reason)


def missing_address(client: Client) -> str:
    """What to say where there is nobody to send a statement to."""
    return _("%(client)s has no e-mail address for statements.") % {
        "client": client.name
    }


def _same(
    made: Statement, client: Client, start: date, end: date, kind: str, only: bool
) -> Statement:
    wanted = (client.pk, start, end, kind, only)
    if (made.client_id, made.start, made.end, made.kind, made.unpaid_only) != wanted:
        raise StatementRefusal(_("This page is out of date. Please open it again."))
    return made
