"""Takes an uploaded file through its states: checked, looked at, booked once.

Each step is a compare-and-set on the state, so that a second click, a second
worker or a task that runs again finds nothing left to do.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.db import transaction

from billing.actions.imports import book, check, read_file
from billing.models import ReceivablesImport
from billing.rules.columns import guess_columns
from billing.rules.money import plain, total
from billing.rules.rows import Wishes

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from billing.rules.receivables import ImportPlan, NewPayment, Receivable
    from billing.rules.tables import Table

State = ReceivablesImport.State
SAMPLE = 25
STEPS = 20


def keep_upload(
    name: str, content: bytes, table: Table, person: Any
) -> ReceivablesImport:
    """Keep a file that could be read as a table, its columns guessed."""
    return ReceivablesImport.objects.create(
        file_name=name,
        content=content,
        columns=guess_columns(table.headers),
        rows_total=len(table.lines),
        created_by=person,
    )


def start_check(
    upload: ReceivablesImport,
    *,
    columns: dict[str, str],
    date_format: str,
    currency: str,
    until: date | None,
) -> bool:
    """Note how the file is to be read; False when it is being checked or booked."""
    return _step(
        upload,
        [State.UPLOADED, State.CHECKED, State.FAILED],
        State.CHECKING,
        columns=columns,
        date_format=date_format,
        currency=currency,
        until=until,
        rows_done=0,
        report={},
    )


def run_check(pk: int) -> None:
    """Read the file and keep the report of what booking it would write."""
    upload = ReceivablesImport.objects.filter(pk=pk, state=State.CHECKING).first()
    if upload is None:
        return
    wishes = wishes_of(upload)
    plan = check(read_file(bytes(upload.content), wishes, _progress(upload)), wishes)
    _step(upload, [State.CHECKING], State.CHECKED, report=report_of(plan))


def start_booking(upload: ReceivablesImport, *, leave_out: bool) -> bool:
    """Take the file for booking; False when it is not checked, or taken already.

    Refused rows must have been left out knowingly, and something be left to book.
    """
    if not can_book(upload.report, leave_out=leave_out):
        return False
    report = upload.report | {"leave_out": leave_out}
    return _step(upload, [State.CHECKED], State.BOOKING, rows_done=0, report=report)


def can_book(report: dict[str, Any], *, leave_out: bool) -> bool:
    """Whether something can be booked as the report stands."""
    return has_news(report) and (leave_out or not report["errors"])


def has_news(report: dict[str, Any]) -> bool:
    """Whether the file brings anything that is not booked yet."""
    return any(report.get(name) for name in ("invoices", "payments", "disputes"))


def run_booking(pk: int) -> None:
    """Book the file and note it in the same transaction: both, or neither.

    Rows that are refused by now although they were not when it was checked stop
    it, unless refused rows are left out: the person looks at the new report.
    """
    upload = ReceivablesImport.objects.filter(pk=pk, state=State.BOOKING).first()
    if upload is None:
        return
    wishes, leave_out = wishes_of(upload), bool(upload.report["leave_out"])
    reading = read_file(bytes(upload.content), wishes, _progress(upload))
    with transaction.atomic():
        mine = ReceivablesImport.objects.select_for_update().filter(pk=pk)
        if mine.values_list("state", flat=True).get() != State.BOOKING:
            return
        outcome = book(reading, wishes, person=upload.created_by, leave_out=leave_out)
        report = report_of(outcome.plan) | {"moved": not outcome.booked}
        after = State.BOOKED if outcome.booked else State.CHECKED
        _step(upload, [State.BOOKING], after, report=report)


def give_up(pk: int) -> None:
    """Note that a check or a booking broke off; nothing of it is booked."""
    upload = ReceivablesImport(pk=pk)
    _step(upload, [State.CHECKING, State.BOOKING], State.FAILED)


def discard(upload: ReceivablesImport) -> bool:
    """Throw a file away that was not booked; False when it was, or is being."""
    waiting = [State.UPLOADED, State.CHECKING, State.CHECKED, State.FAILED]
    rows = ReceivablesImport.objects.filter(pk=upload.pk, state__in=waiting)
    return bool(rows.delete()[0])


def wishes_of(upload: ReceivablesImport) -> Wishes:
    """How the person wanted the file to be read."""
    return Wishes(
        currency=upload.currency,
        columns=upload.columns,
        date_format=upload.date_format,
        until=upload.until,
    )


def report_of(plan: ImportPlan) -> dict[str, Any]:
    """The plan in figures, its refusals, its sums, and a sample of its rows."""
    payments = {payment.number: payment for payment in plan.payments}
    fresh = {row.number for row in plan.invoices}
    later = [payment for payment in plan.payments if payment.number not in fresh]
    sample = [_invoice_line(row, payments.get(row.number)) for row in plan.invoices]
    sample += [_payment_line(payment) for payment in later]
    return {
        "clients": len(plan.clients),
        "invoices": len(plan.invoices),
        "payments": len(plan.payments),
        "disputes": len(plan.disputes),
        "unchanged": plan.unchanged,
        "rows": len(sample),
        "sample": sample[:SAMPLE],
        "sums": _sums(plan),
        "errors": [asdict(error) for error in plan.errors],
        "refused": len({error.row for error in plan.errors}),
    }


def _invoice_line(row: Receivable, payment: NewPayment | None) -> dict[str, Any]:
    return {
        "number": row.number,
        "client": row.client,
        "name": row.client_name,
        "issued_on": row.issued_on.isoformat(),
        "due_on": row.due_on.isoformat(),
        "currency": row.total.currency.code,
        "total": plain(row.total),
        "paid_on": payment.paid_on.isoformat() if payment else "",
        "paid": plain(payment.amount) if payment else "",
        "disputed": row.disputed,
    }


def _payment_line(payment: NewPayment) -> dict[str, Any]:
    return {
        "number": payment.number,
        "client": payment.client,
        "currency": payment.amount.currency.code,
        "paid_on": payment.paid_on.isoformat(),
        "paid": plain(payment.amount),
    }


def _sums(plan: ImportPlan) -> list[dict[str, str]]:
    """What is invoiced and what is paid, by currency."""
    invoiced = [row.total for row in plan.invoices]
    paid = [payment.amount for payment in plan.payments]
    codes = sorted({amount.currency.code for amount in invoiced + paid})
    return [
        {
            "currency": code,
            "invoices": plain(total(_of(invoiced, code), code)),
            "payments": plain(total(_of(paid, code), code)),
        }
        for code in codes
    ]


def _of(amounts: list[Any], code: str) -> list[Any]:
    return [amount for amount in amounts if amount.currency.code == code]


def _progress(upload: ReceivablesImport) -> Callable[[int, int], None]:
    """Notes how far it is in a few steps, for the page that waits."""
    last = 0

    def note(done: int, rows: int) -> None:
        nonlocal last
        if done - last >= rows / STEPS:
            last = done
            ReceivablesImport.objects.filter(pk=upload.pk).update(
                rows_done=done, rows_total=rows
            )

    return note


def _step(
    upload: ReceivablesImport, states: list[State], after: State, **change: Any
) -> bool:
    """Move on where one of the states still holds; False when somebody was first."""
    rows = ReceivablesImport.objects.filter(pk=upload.pk, state__in=states)
    return bool(rows.update(state=after, **change))
