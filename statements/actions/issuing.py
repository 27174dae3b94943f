"""Issues statements and sends them; what was issued is frozen with its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.actions.numbering import take_numbers
from clients.facts import recipient
from clients.models import Client, Purpose
from delivery.actions import archive, queue_message
from delivery.actions.sharing import open_link
from delivery.links import with_page
from delivery.models import Document
from delivery.pdf import render_pdf
from delivery.poking import poke_mail
from statements.actions.opening import is_taken, names_page, open_page
from statements.documents import statement_file_name, statement_html, statement_sheet
from statements.facts import period_refusal, refusal, statement_data
from statements.models import Statement
from statements.recipient.links import statement_token
from statements.rules.figures import statement_figures

if TYPE_CHECKING:
    from datetime import date

    from delivery.models import Job, Message
    from delivery.pdf import Sheet
    from statements.rules.statement import StatementOfAccount

SERIES = "S"


class StatementRefusal(Exception):
    """A statement that is not issued or not sent; its text says why."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One statement as it is asked for; the key makes asking twice asking once."""

    client: Client
    start: date
    end: date
    kind: str
    unpaid_only: bool
    language: str
    issued_on: date
    person: Any
    request_key: str

    def data(self) -> StatementOfAccount:
        """Its figures; raises StatementImbalance."""
        return statement_data(
            self.client, self.start, self.end, self.kind, self.unpaid_only
        )

    def html(self, data: StatementOfAccount) -> str:
        """Its paper as it is shown on a screen."""
        return statement_html(self.client, data, self.language, self.issued_on)

    def token(self, data: StatementOfAccount) -> str:
        """What opens the page of its recipient."""
        return statement_token(self.client, data, self.language, self.issued_on)

    def sheet(self, data: StatementOfAccount, token: str = "") -> Sheet:
        """Its paper, laid out to be drawn."""
        return statement_sheet(self.client, data, self.language, self.issued_on, token)


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
    language = language or recipient(client, Purpose.STATEMENT).language
    asked = Asked(
        client, start, end, kind, unpaid_only, language, issued_on, person, request_key
    )
    if made := same_request(asked):
        return made
    check_statement(client, start, end)
    data = asked.data()
    token = asked.token(data)
    sheet = asked.sheet(data, token)
    return keep_statement(asked, data, render_pdf(sheet.html, sheet.extras), token)


def same_request(asked: Asked) -> Statement | None:
    """The statement its key has made; raises StatementRefusal if it is another one."""
    made = Statement.objects.filter(request_key=asked.request_key).first()
    if made is None:
        return None
    wanted = (asked.client.pk, asked.start, asked.end, asked.kind, asked.unpaid_only)
    if (made.client_id, made.start, made.end, made.kind, made.unpaid_only) != wanted:
        raise StatementRefusal(_("This page is out of date. Please open it again."))
    return made


def keep_statement(
    asked: Asked, data: StatementOfAccount, content: bytes, token: str
) -> Statement:
    """Give a drawn statement its number and keep it; who comes second gets the first.

    `token` opens the page that its paper names. Raises StatementRefusal where its key
    was used for something else, or the same was issued meanwhile.
    """
    try:
        with transaction.atomic():
            [number] = take_numbers(SERIES, asked.issued_on.year)
            made = _kept(asked, data, content, number)
            open_link(made.document, token, timezone.now())
            return made
    except IntegrityError:
        first = same_request(asked)
        if first:
            return first
        if is_taken(token):
            raise StatementRefusal(
                _("The same statement has just been issued by somebody else.")
            ) from None
        raise


def _kept(
    asked: Asked, data: StatementOfAccount, content: bytes, number: str
) -> Statement:
    client, language = asked.client, asked.language
    return Statement.objects.create(
        number=number,
        client=client,
        kind=asked.kind,
        start=asked.start,
        end=asked.end,
        unpaid_only=asked.unpaid_only,
        language=language,
        figures=statement_figures(client.number, data),
        previous_id=data.previous.pk if data.previous else None,
        known=data.known,
        document=archive(
            kind=Document.Kind.STATEMENT,
            number=number,
            client=client,
            language=language,
            file_name=statement_file_name(client, asked.start, asked.end, language),
            content=content,
            person=asked.person,
        ),
        request_key=asked.request_key,
        issued_by=asked.person,
    )


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

    Where the body names a page of ours, it names the one that is open for it now.
    Raises StatementRefusal without an address to send it to.
    """
    with transaction.atomic():
        if names_page(body):
            body = with_page(body, open_page(statement, timezone.now()))
        message = queue_statement(
            statement, recipient, subject, body, person, occasion=occasion
        )
        poke_mail()
    return message


def queue_statement(
    statement: Statement,
    recipient: str,
    subject: str,
    body: str,
    person: Any = None,
    *,
    occasion: int = 1,
    mailing: Job | None = None,
) -> Message:
    """The same, and nobody is told that something waits; as a part of a mailing."""
    if not recipient:
        raise StatementRefusal(missing_address(statement.client))
    return queue_message(
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
        job=mailing,
    )


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
