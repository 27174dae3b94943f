"""Issues the statement of every client that has something to say."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from django.core.management.base import CommandError, CommandParser
from django.utils.timezone import localdate

from clients.command import QuickCommand
from delivery.actions import send_due
from statements.actions import Made, issue_turns
from statements.facts import period_refusal
from statements.management.parsing import add_kind, add_selection, day
from statements.rules.orders import Order
from statements.turning import turns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from statements.turning import Turn

CHUNK = 50


class Command(QuickCommand):
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
        add_selection(parser)
        then = parser.add_mutually_exclusive_group()
        then.add_argument("--send", action="store_true", help="send them by e-mail")
        then.add_argument("--preview", action="store_true", help="write nothing")
        parser.add_argument("--json", action="store_true", help="the list as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Issue what is due; a client that fails is listed, the others go on."""
        if reason := period_refusal(options["end"], options["end"]):
            raise CommandError(reason)
        names = [field.name for field in fields(Order) if field.name != "without"]
        order = Order(**{name: options[name] for name in names})
        found = turns(order)
        made = map(Made, found) if options["preview"] else issue(found, order)
        issued: list[dict[str, Any]] = []
        left_out: list[dict[str, str]] = []
        for one in self.progress(made, len(found)):
            if one.statement or (options["preview"] and not one.turn.reason):
                issued.append(entry(one, order))
            if reason := one.reason or one.turn.reason:
                number = one.turn.client.number
                left_out.append({"client": number, "reason": reason})
        if order.send:
            send_due()
        self.report(options, issued, left_out)

    def progress(self, made: Iterable[Made], total: int) -> Iterator[Made]:
        """One line that counts, on a terminal."""
        shown = self.stderr.isatty()
        for count, one in enumerate(made, 1):
            if shown:
                self.stderr.write(f"\r{count} / {total}", ending="")
            yield one
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


def issue(found: Sequence[Turn], order: Order) -> Iterator[Made]:
    """Issue them, so many being laid out and drawn at a time."""
    for start in range(0, len(found), CHUNK):
        part = found[start : start + CHUNK]
        yield from issue_turns(part, order, issued_on=localdate(), person=None)


def entry(made: Made, order: Order) -> dict[str, Any]:
    """One statement in the list; in a preview it has no number yet."""
    start = made.statement.start if made.statement else made.turn.start
    found: dict[str, Any] = {
        "client": made.turn.client.number,
        "from": start and start.isoformat(),
        "to": order.end.isoformat(),
    }
    if statement := made.statement:
        sections = statement.figures["sections"]
        found["number"] = statement.number
        found["closing"] = {s["currency"]: s["closing"] for s in sections}
    if made.recipient:
        found["recipient"] = made.recipient
    return found
