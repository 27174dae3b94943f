"""The journal of a period for the general ledger, as a file."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from billing.bookings import Period
from billing.journal import (
    HEAD,
    journal,
    journal_figures,
    journal_row,
    sums_by_account,
)
from billing.rules.money import plain
from clients.command import QuickCommand
from clients.sheets import write_csv

WRONG_USAGE = 2


class Command(QuickCommand):
    """Every movement with its accounts; the same as the page of the journal."""

    help = "The journal of a period for the general ledger."

    def add_arguments(self, parser: CommandParser) -> None:
        """The period, and where to."""
        parser.add_argument(
            "--from", dest="start", type=day, required=True, metavar="DATE"
        )
        parser.add_argument("--to", dest="end", type=day, required=True, metavar="DATE")
        parser.add_argument("--currency", default="", help="only this one")
        parser.add_argument("--csv", type=Path, metavar="FILE", help="written whole")
        parser.add_argument("--json", action="store_true", help="one JSON document")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the file, print the document, or tell the sums by account."""
        period = Period(options["start"], options["end"], options["currency"].upper())
        if period.end < period.start:
            message = "--to lies before --from"
            raise CommandError(message, returncode=WRONG_USAGE)
        if options["csv"]:
            rows = (journal_row(entry) for entry in journal(period))
            write_whole(options["csv"], chain([HEAD], rows))
        if options["json"]:
            self.stdout.write(json.dumps(document(period), ensure_ascii=False))
        elif not options["csv"]:
            for sums in sums_by_account(journal(period)):
                debit, credit = plain(sums.debit), plain(sums.credit)
                self.stdout.write(f"{sums.account} {sums.currency} {debit} {credit}")


def document(period: Period) -> dict[str, Any]:
    """The journal with its sums as plain words and figures."""
    found = list(journal(period))
    return {
        "from": period.start.isoformat(),
        "to": period.end.isoformat(),
        "entries": [journal_figures(entry) for entry in found],
        "accounts": [
            {
                "account": sums.account,
                "currency": sums.currency,
                "debit": plain(sums.debit),
                "credit": plain(sums.credit),
            }
            for sums in sums_by_account(found)
        ],
    }


def write_whole(path: Path, rows: Any) -> None:
    """The file is there whole or not at all; one that was there stays until then."""
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            write_csv(file, rows)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        message = f"{path}: {error.strerror}"
        raise CommandError(message) from error


def day(text: str) -> date:
    """An ISO date, or wrong usage."""
    try:
        if len(text) == len("2026-01-31") and text.isascii():
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ArgumentTypeError(f"{text!r} is not a date such as 2026-01-31")
