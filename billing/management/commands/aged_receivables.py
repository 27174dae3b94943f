"""Who owed how much for how long, as of any day."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING, Any

from billing.receivables import HEAD, aged_currencies, aged_figures, aged_rows
from billing.rules.money import plain
from clients.command import QuickCommand
from clients.sheets import write_csv

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(QuickCommand):
    """From dated movements, never from today's flags."""

    help = "Aged receivables as of a day, by currency and client."

    def add_arguments(self, parser: CommandParser) -> None:
        """The day, and the form of the answer."""
        parser.add_argument("--on", type=day, required=True, metavar="DATE")
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="one JSON document")
        form.add_argument("--csv", action="store_true", help="one row per client")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the report."""
        found = aged_currencies(options["on"])
        if options["json"]:
            figures = aged_figures(options["on"], found)
            self.stdout.write(json.dumps(figures, ensure_ascii=False))
        elif options["csv"]:
            write_csv(self.stdout, chain([HEAD], aged_rows(found)))
        else:
            for section in found:
                sums = section.sums
                parts = [f"{k} {plain(v)}" for k, v in sums.buckets.items()]
                self.stdout.write(
                    f"{section.currency}  {plain(sums.total)}  ({', '.join(parts)}, "
                    f"unallocated {plain(sums.unallocated)}, "
                    f"clients {len(section.rows)})"
                )


def day(text: str) -> date:
    """An ISO date, or wrong usage."""
    try:
        if len(text) == len("2026-01-31") and text.isascii():
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ArgumentTypeError(f"{text!r} is not a date such as 2026-01-31")
