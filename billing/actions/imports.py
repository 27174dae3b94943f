"""Imports a file of receivables: read it, check it, book it whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from billing.actions.booked import booked_invoices, client_ids, clients_of
from billing.actions.booking import MovedSince, write_plan
from billing.actions.holding import hold_clients
from billing.rules.receivables import ImportPlan, decide
from billing.rules.refusals import RowError, Unreadable
from billing.rules.rows import Reading, read_rows
from billing.rules.tables import read_table
from clients.facts import company

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import AbstractBaseUser

    from billing.rules.rows import Wishes

ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """The plan as it was at the moment of booking, and whether it was booked."""

    plan: ImportPlan
    booked: bool


def read_file(
    content: bytes, wishes: Wishes, progress: Callable[[int, int], None] | None = None
) -> Reading:
    """The rows of the file; what concerns the whole file is an error of row 0.

    `progress` is told now and then how many rows of how many are done.
    """
    try:
        table = read_table(content)
    except Unreadable as error:
        return Reading(errors=[RowError(0, "", error.message, error.details)])
    rows = len(table.lines)
    if not wishes.currency:
        wishes = replace(wishes, currency=company().currency)
    return read_rows(table, wishes, progress and (lambda done: progress(done, rows)))


def check(reading: Reading, wishes: Wishes, *, lock: bool = False) -> ImportPlan:
    """What booking the rows would write now, and every row that is refused."""
    plan = decide(
        reading.rows,
        booked_invoices({row.number for row in reading.rows}, lock=lock),
        client_ids({row.client for row in reading.rows}),
        wishes.until,
    )
    plan.errors = sorted(reading.errors + plan.errors, key=lambda e: e.row)
    return plan


def book(
    reading: Reading,
    wishes: Wishes,
    *,
    person: AbstractBaseUser | None = None,
    leave_out: bool = False,
) -> Outcome:
    """Book what is new in one transaction; nothing when a row is refused.

    With `leave_out` the refused rows are left out and the good ones booked. When
    somebody books the same at the same moment, a constraint stops this one; it
    starts over and finds the rows there.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                _hold(reading)
                plan = check(reading, wishes, lock=True)
                if plan.errors and not leave_out:
                    break
                write_plan(plan, person)
                return Outcome(plan, booked=True)
        except (IntegrityError, MovedSince):
            if attempt == ATTEMPTS:
                raise
    return Outcome(plan, booked=False)


def _hold(reading: Reading) -> None:
    """Hold all clients of the rows; MovedSince when one is merged in this moment."""
    if hold_clients(clients_of(reading.rows)):
        raise MovedSince
