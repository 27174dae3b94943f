"""Everything that comes back and has come by a day."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from billing.actions.recurring import make_due
from billing.management.commands.aged_receivables import day
from billing.models import Occurrence
from billing.rules.money import money, plain
from billing.tasks import archive_bill
from clients.command import QuickCommand

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.core.management.base import CommandParser

REFUSED = 1


class Command(QuickCommand):
    """Each day of a recurring invoice is made once, however often this runs.

    Exit 1 where something could not be issued or sent: it stays as a draft, with
    the reason on its page; the others are made all the same.
    """

    help = "Make the recurring invoices that have come by a day."

    def add_arguments(self, parser: CommandParser) -> None:
        """The day, and the form of the answer."""
        parser.add_argument("--on", type=day, required=True, metavar="DATE")
        parser.add_argument("--json", action="store_true", help="one JSON document")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Make them and report."""
        found = make_due(options["on"])
        made = list(
            Occurrence.objects.filter(pk__in=[occurrence.pk for occurrence in found])
            .select_related("recurrence__draft__client", "bill")
            .order_by("pk")
        )
        for occurrence in made:
            if occurrence.bill and not occurrence.bill.document_id:
                archive_bill.enqueue(occurrence.bill.pk)
        self.stdout.write(
            json.dumps(report(options["on"], made), ensure_ascii=False)
            if options["json"]
            else "\n".join([f"{options['on']}: {len(made)} made", *map(line, made)])
        )
        if problems := [line(row) for row in made if row.problem]:
            for problem in problems:
                self.stderr.write(problem)
            raise SystemExit(REFUSED)


def report(on: date, made: Sequence[Occurrence]) -> dict[str, Any]:
    """What was made, as one document."""
    return {"on": on.isoformat(), "made": [_made(occurrence) for occurrence in made]}


def _made(occurrence: Occurrence) -> dict[str, Any]:
    bill = occurrence.bill
    return {
        "client": occurrence.recurrence.draft.client.number,
        "due_on": occurrence.due_on.isoformat(),
        "draft": occurrence.draft_id,
        "invoice": bill.number if bill else None,
        "total": plain(money(bill.total, bill.currency)) if bill else None,
        "currency": occurrence.recurrence.draft.currency,
        "problem": occurrence.problem,
    }


def line(occurrence: Occurrence) -> str:
    """One of them in a sentence."""
    what = occurrence.bill.number if occurrence.bill else f"draft {occurrence.draft_id}"
    client = occurrence.recurrence.draft.client.number
    text = f"{client}  {occurrence.due_on}  {what}"
    return f"{text}: {occurrence.problem}" if occurrence.problem else text
