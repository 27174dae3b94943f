"""send_outbox: send what waits, as the background worker does."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from clients.command import QuickCommand
from delivery.actions import send_due
from delivery.facts import waiting
from delivery.stopping import stoppable

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(QuickCommand):
    """The command; exit 0 even when some messages failed: each shows why."""

    help = "Send the messages that wait."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--limit", type=int, help="at most so many messages")
        parser.add_argument("--json", action="store_true", help="one JSON document")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Send, then say what became of each; asked to stop, finish the one in hand."""
        with stoppable() as stop:
            counts = asdict(send_due(options["limit"], stop=stop))
        del counts["next_try_at"]
        counts["waiting"] = waiting()
        if options["json"]:
            self.stdout.write(json.dumps(counts))
        else:
            words = ", ".join(f"{count} {name}" for name, count in counts.items())
            self.stdout.write(f"Messages: {words}.")
