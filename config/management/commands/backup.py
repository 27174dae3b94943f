"""backup: copy everything into one file while Relance runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import CommandError

from clients.command import QuickCommand
from config.backups import BackupRefusal, back_up

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(QuickCommand):
    """Exit 1 and nothing written where it cannot be done."""

    help = "Copy the database, captured mail and the key into FILE."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file to write."""
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--json", action="store_true", help="one JSON document")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write it and say how large it is."""
        target: Path = options["file"]
        try:
            manifest = back_up(target)
        except BackupRefusal as refusal:
            raise CommandError(str(refusal)) from refusal
        size = target.stat().st_size
        if options["json"]:
            self.stdout.write(
                json.dumps({"file": str(target), "bytes": size, **manifest})
            )
        else:
            self.stdout.write(f"{target}: {size / 1e6:.1f} MB.")
