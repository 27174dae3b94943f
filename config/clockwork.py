"""What is due without anybody pressing a button."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from billing.actions.papers import bill_document
from billing.actions.recurring import make_due
from billing.models import Bill
from config.anchors import keep_anchor
from delivery.pdf import RenderFailure

if TYPE_CHECKING:
    from datetime import date, datetime

    from billing.models import Occurrence


@dataclass(slots=True)
class Turn:
    """What one turn did, and what it could not do."""

    made: list[Occurrence]
    archived: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def take_turn(today: date, before: datetime) -> Turn:
    """Recurring invoices that have come; papers of bills issued before an instant.

    At the end the day's anchor of the archive. A bill just issued is being drawn by
    the page that issued it. However often it is called, each thing is done once.
    """
    turn = Turn(make_due(today))
    turn.problems += [
        f"{row.due_on}: {row.problem}" for row in turn.made if row.problem
    ]
    bills = Bill.objects.filter(document=None, created_at__lt=before)
    for bill in bills.select_related("client", "created_by").order_by("pk"):
        try:
            bill_document(bill, bill.created_by)
        except RenderFailure as failure:
            turn.problems.append(f"{bill.number}: {failure}")
        else:
            turn.archived.append(bill.number)
    try:
        keep_anchor(today)
    except OSError as problem:
        turn.problems.append(f"anchors.txt: {problem.strerror or problem}")
    return turn
