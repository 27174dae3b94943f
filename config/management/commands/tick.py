"""What must happen from time to time; `manage.py up` runs it every ten minutes."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand
from django.db import connections
from django.utils.timezone import localdate, now

from config.clockwork import take_turn

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from config.clockwork import Turn

FAILED = 1
# So long a page may take to draw the paper of what it issued.
PATIENCE = timedelta(minutes=2)


class Command(BaseCommand):
    """Doing it twice does nothing the second time."""

    help = "Make recurring invoices that are due, and papers that are missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Once, or again and again."""
        parser.add_argument(
            "--every", type=int, default=0, metavar="SECONDS", help="again and again"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Take one turn, or one every so many seconds."""
        while True:
            turn = take_turn(localdate(), now() - PATIENCE)
            self.tell(turn)
            if not options["every"]:
                break
            connections.close_all()
            time.sleep(options["every"])
        if turn.problems:
            raise SystemExit(FAILED)

    def tell(self, turn: Turn) -> None:
        """Say what was done; nothing when nothing was due."""
        if turn.made or turn.archived:
            made, kept = len(turn.made), len(turn.archived)
            self.stdout.write(f"Recurring invoices made: {made}; papers kept: {kept}.")
        for problem in turn.problems:
            self.stderr.write(problem)
