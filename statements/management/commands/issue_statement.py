"""Issues, previews or sends one client's statement of account."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.timezone import localdate

from clients.command import QuickCommand
from clients.facts import by_number, recipient
from clients.models import Client, Purpose
from delivery.actions import send_due
from delivery.pdf import RenderFailure, render_pdf
from statements.actions import (
    StatementRefusal,
    check_statement,
    issue_statement,
    missing_address,
    send_statement,
)
from statements.actions.issuing import Asked
from statements.actions.opening import mailed_page
from statements.documents import figures_mail
from statements.management.parsing import add_kind, day
from statements.rules.figures import statement_figures
from statements.rules.statement import StatementImbalance

if TYPE_CHECKING:
    from delivery.models import Message
    from statements.models import Statement


class Command(QuickCommand):
    """One statement: issued and kept, or with --preview only looked at."""

    help = "Issue a client's statement of account for a period."

    def add_arguments(self, parser: CommandParser) -> None:
        """The client's number, the period, and what to do with the statement."""
        parser.add_argument("client", metavar="CLIENT", help="client number")
        parser.add_argument(
            "--from", dest="start", type=day, required=True, metavar="DATE"
        )
        parser.add_argument("--to", dest="end", type=day, required=True, metavar="DATE")
        add_kind(parser)
        parser.add_argument(
            "--pdf", type=Path, metavar="FILE", help="write the PDF here"
        )
        then = parser.add_mutually_exclusive_group()
        then.add_argument("--send", action="store_true", help="send it by e-mail")
        then.add_argument("--preview", action="store_true", help="write nothing")
        parser.add_argument("--json", action="store_true", help="figures as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Refuse with a sentence, or do it and say what was done."""
        found = by_number([options["client"]]).values()
        client = Client.objects.filter(pk__in=found).first()
        if client is None:
            raise CommandError(f"There is no client {options['client']}.")
        try:
            figures = (
                self.preview(client, options)
                if options["preview"]
                else self.issue(client, options)
            )
        except (StatementRefusal, StatementImbalance, RenderFailure, OSError) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(figures, ensure_ascii=False))
            return
        for section in figures["sections"]:
            self.stdout.write(
                f"{figures.get('number', 'preview')}  {client.number}  "
                f"{section['currency']}  {section['opening']} → {section['closing']}"
            )

    def preview(self, client: Client, options: dict[str, Any]) -> dict[str, Any]:
        """The figures, and the PDF where asked for; nothing is kept."""
        check_statement(client, options["start"], options["end"])
        asked = Asked(
            client=client,
            start=options["start"],
            end=options["end"],
            kind=options["kind"],
            unpaid_only=options["unpaid_only"],
            language=recipient(client, Purpose.STATEMENT).language,
            issued_on=localdate(),
            person=None,
            request_key="",
        )
        data = asked.data()
        if options["pdf"]:
            sheet = asked.sheet(data, asked.token(data))
            options["pdf"].write_bytes(render_pdf(sheet.html, sheet.extras))
        return statement_figures(client.number, data)

    def issue(self, client: Client, options: dict[str, Any]) -> dict[str, Any]:
        """Issue it, write its PDF, send it; refused before anything is done."""
        mailbox = recipient(client, Purpose.STATEMENT)
        if options["send"] and not mailbox.email:
            raise StatementRefusal(missing_address(client))
        if options["pdf"]:
            options["pdf"].touch()
        made = issue_statement(
            client,
            options["start"],
            options["end"],
            kind=options["kind"],
            unpaid_only=options["unpaid_only"],
            issued_on=localdate(),
            request_key=uuid4().hex,
        )
        if options["pdf"]:
            options["pdf"].write_bytes(bytes(made.document.content))
        figures: dict[str, Any] = {"number": made.number, **made.figures}
        if options["send"]:
            message = send(made, mailbox.email)
            send_due()
            message.refresh_from_db()
            figures["message"] = {
                "recipient": message.recipient,
                "state": message.state,
            }
        return figures


def send(made: Statement, address: str) -> Message:
    """Queue the statement for its recipient, in the words we would write."""
    page = mailed_page(made, timezone.now())
    subject, body = figures_mail(made.figures, made.language, page)
    return send_statement(made, address, subject, body)
