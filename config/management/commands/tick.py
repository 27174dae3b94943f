"""What must happen by itself: `manage.py up` runs it all the time.

However many clocks run, on however many machines, each thing is done once.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import connections
from django.utils.timezone import localdate, now

from clients.command import QuickCommand
from config.clockwork import forgotten_papers, take_turn
from config.pruning import prune
from delivery.actions.sweeping import sweep

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from config.clockwork import Turn

FAILED = 1
# So long a page may take to draw the paper of what it issued.
PATIENCE = timedelta(minutes=2)
# Forgotten work is looked for each time; the rest is looked through more rarely.
LONG_TURN = 600.0


class Command(QuickCommand):
    """Doing it twice does nothing the second time."""

    help = (
        "Take up forgotten work; make recurring invoices, missing papers and the "
        "dunning runs and statements that are due."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Once, or again and again."""
        parser.add_argument(
            "--every", type=int, default=0, metavar="SECONDS", help="again and again"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Take one turn, or one every so many seconds."""
        if options["every"]:
            self.go_on(options["every"])
        sweep(now())
        if self.long_turn():
            raise SystemExit(FAILED)

    def go_on(self, seconds: int) -> None:
        """Take turns for ever. One that fails, as without a database, ends nothing."""
        long_turn_at = 0.0
        while True:
            try:
                sweep(now())
                self.tell(forgotten_papers(now() - PATIENCE))
                if time.monotonic() >= long_turn_at:
                    self.long_turn()
                    long_turn_at = time.monotonic() + LONG_TURN
            except Exception as error:
                self.stderr.write(f"This turn failed: {type(error).__name__}: {error}")
            connections.close_all()
            time.sleep(seconds)

    def long_turn(self) -> list[str]:
        """What is due by date; says what could not be done."""
        turn = take_turn(localdate(), now() - PATIENCE)
        prune(now())
        self.tell(turn)
        return turn.problems

    def tell(self, turn: Turn) -> None:
        """Say what was done; nothing when nothing was due."""
        if turn.made or turn.archived:
            made, kept = len(turn.made), len(turn.archived)
            self.stdout.write(f"Recurring invoices made: {made}; papers kept: {kept}.")
        for done in turn.runs:
            what = f"run {done.run.pk}" if done.run else "no run"
            why = f" ({done.day.outcome})" if done.day.outcome else ""
            self.stdout.write(f"{done.day.policy}, {done.day.day}: {what}{why}.")
        for batch in turn.statements:
            self.stdout.write(f"{batch.schedule}, {batch.end}: {batch.state}.")
        for problem in turn.problems:
            self.stderr.write(problem)
