"""restore: put a backup back, with mail on hold."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import CommandError

from clients.command import QuickCommand
from config.backups import BackupRefusal, restore

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(QuickCommand):
    """Exit 1 and nothing changed where the file is no whole backup."""

    help = (
        "Replace the database by the one in FILE. What was there is kept as "
        "before-restore-….zip; no mail leaves until somebody releases it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file to read."""
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--json", action="store_true", help="one JSON document")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Ask on a terminal, then do it and say what comes next."""
        if sys.stdin.isatty() and not self.agreed(options["file"]):
            raise CommandError("Nothing was changed.")
        try:
            done = restore(options["file"])
        except BackupRefusal as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["json"]:
            self.stdout.write(json.dumps(done))
            return
        if done["kept"]:
            self.stdout.write(f"What was there is kept in {done['kept']}.")
        self.stdout.write(
            f"Restored as of {done['made_at']}. Mail is on hold: what waited then is "
            "marked as unknown, and nothing leaves before somebody releases it on "
            "the mail settings page. Run `manage.py verify_ledger` now."
        )

    def agreed(self, file: Path) -> bool:
        """Whether the person at the terminal means it."""
        self.stdout.write(f"Replace everything by {file}? Type yes: ", ending="")
        self.stdout.flush()
        return sys.stdin.readline().strip().lower() == "yes"
