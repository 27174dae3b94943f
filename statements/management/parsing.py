"""What both commands of statements understand."""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import date
from typing import TYPE_CHECKING

from statements.models import Statement

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


def day(text: str) -> date:
    """An ISO date, or wrong usage."""
    if len(text) != len("2026-01-31") or not text.isascii():
        raise ArgumentTypeError(f"{text!r} is not a date such as 2026-01-31")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not a date such as 2026-01-31") from error


def add_kind(parser: CommandParser) -> None:
    """Which statement: activity or open items, and whether paid invoices show."""
    parser.add_argument(
        "--kind", choices=Statement.Kind.values, default=Statement.Kind.ACTIVITY.value
    )
    parser.add_argument("--unpaid-only", action="store_true")
