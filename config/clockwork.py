"""What is due without anybody pressing a button."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING

from django.utils.timezone import now

from billing.actions.confirming import ask_providers
from billing.actions.papers import bill_document
from billing.actions.recurring import make_due
from billing.models import Bill
from config.anchors import keep_anchor
from delivery.models import MailService
from delivery.pdf import RenderFailure
from dunning.actions.scheduling import take_due_runs
from statements.actions.scheduling import take_due_statements

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import QuerySet

    from billing.models import Occurrence
    from dunning.actions.scheduling import Turn as RunTurn
    from statements.models import Batch


# How long a paper is tried every few seconds, and how long one such look may take.
TRIED = timedelta(minutes=30)
SOME_SECONDS = 10.0


@dataclass(slots=True)
class Turn:
    """What one turn did, and what it could not do."""

    made: list[Occurrence]
    archived: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    runs: list[RunTurn] = field(default_factory=list)
    statements: list[Batch] = field(default_factory=list)


def take_turn(today: date, before: datetime) -> Turn:
    """Recurring invoices, dunning runs and statements that have come, missing papers.

    After a restore nothing comes by itself until a person releases the mail.

    Papers only of bills issued before an instant: one just issued is being drawn by
    the page that issued it. At the end the day's anchor of the archive. However
    often it is called, each thing is done once.
    """
    restored = is_restored()
    turn = Turn([] if restored else make_due(today))
    turn.problems += [
        f"{row.due_on}: {row.problem}" for row in turn.made if row.problem
    ]
    keep_papers(turn, Bill.objects.filter(created_at__lt=before))
    turn.runs = [] if restored else take_due_runs(today)
    turn.statements = [] if restored else take_due_statements(today)
    turn.problems += [] if restored else ask_providers(now())
    try:
        keep_anchor(today)
    except OSError as problem:
        turn.problems.append(f"anchors.txt: {problem.strerror or problem}")
    return turn


def is_restored() -> bool:
    """Whether a backup was put back and nobody has released the mail yet.

    What came after the backup is not known here: invoices that were issued since
    would be issued again, under the same numbers.
    """
    return MailService.objects.filter(held_since__isnull=False, held_by=None).exists()


def keep_papers(
    turn: Turn, bills: QuerySet[Bill], seconds: float | None = None
) -> None:
    """Draw and keep the papers that these bills lack, as far as the time allows."""
    until = None if seconds is None else monotonic() + seconds
    missing = bills.filter(document=None).select_related("client", "created_by")
    for bill in missing.order_by("pk"):
        if until is not None and monotonic() > until:
            return
        try:
            bill_document(bill, bill.created_by)
        except RenderFailure as failure:
            turn.problems.append(f"{bill.number}: {failure}")
        else:
            turn.archived.append(bill.number)


def forgotten_papers(before: datetime) -> Turn:
    """Papers of bills issued in the half hour before an instant, for some seconds.

    Of an older one the paper was tried; it waits for the long turn.
    """
    turn = Turn([])
    recent = Bill.objects.filter(created_at__range=(before - TRIED, before))
    keep_papers(turn, recent, SOME_SECONDS)
    return turn
