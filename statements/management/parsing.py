"""What both commands of statements understand."""

from __future__ import annotations

import re
from argparse import ArgumentTypeError
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from statements.models import Statement

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

NOTHING = Decimal(0)
AMOUNT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,3})?", re.ASCII)


def day(text: str) -> date:
    """An ISO date, or wrong usage."""
    if len(text) != len("2026-01-31") or not text.isascii():
        raise ArgumentTypeError(f"{text!r} is not a date such as 2026-01-31")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not a date such as 2026-01-31") from error


def amount(text: str) -> Decimal:
    """An amount such as 50.00, or wrong usage."""
    if not AMOUNT.fullmatch(text):
        raise ArgumentTypeError(f"{text!r} is not an amount such as 50.00")
    return Decimal(text)


def add_kind(parser: CommandParser) -> None:
    """Which statement: activity or open items, and whether paid invoices show."""
    parser.add_argument(
        "--kind", choices=Statement.Kind.values, default=Statement.Kind.ACTIVITY.value
    )
    parser.add_argument("--unpaid-only", action="store_true")


def add_selection(parser: CommandParser) -> None:
    """Which clients: as the page for many clients has it."""
    say = parser.add_argument
    say("--search", dest="words", default="", metavar="WORDS", help="name or number")
    say("--language", default="", metavar="CODE")
    say("--country", default="", metavar="CODE")
    say("--currency", default="", metavar="CODE")
    say(
        "--least",
        type=amount,
        default=NOTHING,
        metavar="AMOUNT",
        help="balance of at least",
    )
    say("--only-overdue", action="store_true", help="only those with something overdue")
    say("--skip-zero", action="store_true", help="leave out balances of zero")
    say("--skip-quiet", action="store_true", help="leave out who had no movement")
