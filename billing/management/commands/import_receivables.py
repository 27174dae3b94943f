"""Brings in invoices and payments from another system."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.actions.imports import book, check, read_file
from billing.rules.cells import is_currency
from billing.rules.columns import FIELDS
from billing.rules.reading import is_date_format
from billing.rules.refusals import RowError, gettext_noop
from billing.rules.rows import Reading, Wishes
from billing.wording import FIELD_NAMES, reason
from clients.command import QuickCommand

if TYPE_CHECKING:
    from django.core.management.base import OutputWrapper

    from billing.rules.receivables import ImportPlan

REFUSED = 1
BAR = 40


class Command(QuickCommand):
    """Import a CSV or XLSX file of invoices with their payments."""

    help = "Bring in invoices and payments from a CSV or XLSX file."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The file, how to read it, and what to do with it."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--column",
            type=_column,
            action="append",
            default=[],
            metavar="FIELD=HEADER",
            help=f"the column of a field (repeatable): {', '.join(FIELDS)}",
        )
        parser.add_argument(
            "--date-format", type=_date_format, help="such as %%m/%%d/%%Y"
        )
        parser.add_argument(
            "--currency", type=_currency, help="where the file has none"
        )
        parser.add_argument(
            "--until", type=_day, metavar="DATE", help="take only what was known then"
        )
        parser.add_argument(
            "--leave-out-refused",
            action="store_true",
            help="book the good rows although others are refused",
        )
        parser.add_argument("--dry-run", action="store_true", help="write nothing")
        parser.add_argument("--json", action="store_true", help="one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Book the file, or tell every row that is refused."""
        wishes = Wishes(
            currency=options["currency"] or "",
            columns=dict(options["column"]),
            date_format=options["date_format"] or "",
            until=options["until"],
        )
        reading = self._read(options["file"], wishes)
        leave_out = options["leave_out_refused"]
        if options["dry_run"]:
            plan = check(reading, wishes)
            done = leave_out or not plan.errors
        else:
            outcome = book(reading, wishes, leave_out=leave_out)
            plan, done = outcome.plan, outcome.booked
        counted = plan if done or options["dry_run"] else _nothing_of(plan)
        if options["json"]:
            self.stdout.write(json.dumps(_document(counted)))
        elif done:
            self.stdout.write(_summary(counted, dry_run=options["dry_run"]))
        for error in plan.errors:
            self.stderr.write(_line(error))
        if not done:
            raise SystemExit(REFUSED)

    def _read(self, path: Path, wishes: Wishes) -> Reading:
        """The rows of the file; one that is missing or too large is an error."""
        limit = settings.UPLOAD_LIMIT
        try:
            if path.stat().st_size <= limit:
                return read_file(path.read_bytes(), wishes, self._progress())
        except OSError as error:
            details = {"file": str(path), "problem": error.strerror or ""}
            return Reading(errors=[RowError(0, "", "%(file)s: %(problem)s", details)])
        message = gettext_noop("The file is larger than %(size)s MB: split it.")
        return Reading(errors=[RowError(0, "", message, {"size": str(limit // 2**20)})])

    def _progress(self) -> Any:
        return _Bar(self.stderr) if self.stderr.isatty() else None


class _Bar:
    """A bar that fills on a terminal, and leaves the line clean."""

    def __init__(self, out: OutputWrapper) -> None:
        self.out = out

    def __call__(self, done: int, rows: int) -> None:
        filled = BAR * done // rows
        bar = "█" * filled + "░" * (BAR - filled)
        end = "\r" if done < rows else "\r\033[K"
        self.out.write(f"\r{bar} {done}/{rows}", style_func=str, ending=end)


def _document(plan: ImportPlan) -> dict[str, Any]:
    return {
        "clients_created": len(plan.clients),
        "invoices_created": len(plan.invoices),
        "payments_created": len(plan.payments),
        "unchanged": plan.unchanged,
        "errors": [
            {"row": error.row, "field": error.field, "message": reason(error)}
            for error in plan.errors
        ],
    }


def _summary(plan: ImportPlan, *, dry_run: bool) -> str:
    head = _("Would be booked:") if dry_run else _("Booked:")
    counts = [
        ngettext("%(n)s client", "%(n)s clients", len(plan.clients))
        % {"n": len(plan.clients)},
        ngettext("%(n)s invoice", "%(n)s invoices", len(plan.invoices))
        % {"n": len(plan.invoices)},
        ngettext("%(n)s payment", "%(n)s payments", len(plan.payments))
        % {"n": len(plan.payments)},
        _("unchanged: %(n)s") % {"n": plan.unchanged},
    ]
    return f"{head} {', '.join(counts)}."


def _line(error: RowError) -> str:
    """One refusal as a sentence: the row, the field, and why."""
    if error.row == 0:
        return reason(error)
    place = _("Row %(row)s") % {"row": error.row}
    if error.field:
        place += f", {FIELD_NAMES[error.field]} ({error.field})"
    return f"{place}: {reason(error)}"


def _nothing_of(plan: ImportPlan) -> ImportPlan:
    return type(plan)(unchanged=plan.unchanged, errors=plan.errors)


def _column(text: str) -> tuple[str, str]:
    field, equals, header = text.partition("=")
    if field not in FIELDS or not equals:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not FIELD=HEADER with one of the fields {', '.join(FIELDS)}"
        )
    return field, header.strip()


def _date_format(text: str) -> str:
    if not is_date_format(text):
        raise argparse.ArgumentTypeError(
            f"{text!r} does not describe a date, such as %d.%m.%Y does"
        )
    return text


def _currency(text: str) -> str:
    if not is_currency(text.upper()):
        raise argparse.ArgumentTypeError(f"{text!r} is not a currency such as CHF")
    return text.upper()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a date such as 2013-06-30"
        ) from None
