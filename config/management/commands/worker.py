"""The workers of one machine: of one more, or where `manage.py up` is not used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand

from config import engine
from config.processes import keep

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Each does one thing at a time, and is started again when it ends."""

    help = "Run workers for what TASKS_URL or the database carries, until told to stop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How many of them."""
        parser.add_argument("--count", type=int, default=settings.WORKERS)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run until Ctrl-C or SIGTERM; what is under way is finished first."""
        keep(engine.workers(max(1, options["count"])), each_turn=lambda: None)
