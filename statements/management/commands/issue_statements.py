"""Issues the statement of every client that has something to say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import localdate

from clients.facts import recipients
from clients.models import Purpose
from delivery.actions import send_due
from delivery.pdf import RenderFailure
from statements.actions import (
    StatementRefusal,
    issue_statement,
    missing_address,
    send_statement,
)
from statements.documents import figures_mail
from statements.facts import period_refusal, turns
from statements.management.parsing import add_kind, day
from statements.rules.statement import StatementImbalance

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from clients.facts import Recipient
    from statements.facts import Turn


class Command(BaseCommand):
    """Once per client and period: run again, it issues nothing twice."""

    help = (
        "Issue the statement of every client with a movement since its last one, "
        "or with a balance. Periods begin the day after the last statement, or on "
        "1 January."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The last day of the period, and what to do."""
        parser.add_argument("--to", dest="end", type=day, required=True, metavar="DATE")
        add_kind(parser)
        then = parser.add_mutually_exclusive_group()
        then.add_argument("--send", action="store_true", help="send them by e-mail")
        then.add_argument("--preview", action="store_true", help="write nothing")
        parser.add_argument("--json", action="store_true", help="the list as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Issue what is due; a client that fails is listed, the others go on."""
        if reason := period_refusal(options["end"], options["end"]):
            raise CommandError(reason)
        found = turns(options["end"])
        mailboxes = recipients((turn.client for turn in found), Purpose.STATEMENT)
        issued: list[dict[str, Any]] = []
        left_out: list[dict[str, str]] = []
        for turn in self.progress(found):
            entry, reason = one(turn, options, mailboxes[turn.client.pk])
            if entry:
                issued.append(entry)
            if reason:
                left_out.append({"client": turn.client.number, "reason": reason})
        if options["send"]:
            send_due()
        self.report(options, issued, left_out)

    def progress(self, found: list[Turn]) -> Iterator[Turn]:
        """One line that counts, on a terminal."""
        shown = self.stderr.isatty()
        for count, turn in enumerate(found, 1):
            if shown:
                self.stderr.write(f"\r{count} / {len(found)}", ending="")
            yield turn
        if shown:
            self.stderr.write("")

    def report(
        self,
        options: dict[str, Any],
        issued: list[dict[str, Any]],
        left_out: Iterable[dict[str, str]],
    ) -> None:
        """What was issued, and why the others were not."""
        if options["json"]:
            answer = {"to": options["end"].isoformat(), "statements": issued}
            answer["left_out"] = list(left_out)
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        for entry in issued:
            self.stdout.write(
                f"{entry.get('number', 'preview')}  {entry['client']}  "
                f"{entry['from']} – {entry['to']}"
            )
        for entry in left_out:
            self.stdout.write(f"–  {entry['client']}  {entry['reason']}")


def one(
    turn: Turn, options: dict[str, Any], mailbox: Recipient
) -> tuple[dict[str, Any] | None, str]:
    """Issue and send one client's statement; what was done, and what was not."""
    if turn.reason or turn.start is None:
        return None, turn.reason
    period = {"from": turn.start.isoformat(), "to": options["end"].isoformat()}
    entry: dict[str, Any] = {"client": turn.client.number, **period}
    if options["preview"]:
        return entry, ""
    try:
        made = issue_statement(
            turn.client,
            turn.start,
            options["end"],
            kind=options["kind"],
            unpaid_only=options["unpaid_only"],
            language=mailbox.language,
            issued_on=localdate(),
            request_key=key(turn, options["end"]),
        )
    except (StatementRefusal, StatementImbalance, RenderFailure) as error:
        return None, str(error)
    entry["number"] = made.number
    entry["closing"] = {s["currency"]: s["closing"] for s in made.figures["sections"]}
    if not options["send"]:
        return entry, ""
    if not mailbox.email:
        return entry, missing_address(turn.client)
    subject, body = figures_mail(made.figures, made.language)
    send_statement(made, mailbox.email, subject, body)
    return entry | {"recipient": mailbox.email}, ""


def key(turn: Turn, end: date) -> str:
    """The same client and period ask for the same statement, also at once."""
    return f"all:{turn.client.pk}:{turn.start:%Y%m%d}:{end:%Y%m%d}"
