"""Writes the plan of an import: the same number of statements for any file."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext, override

from billing.actions.booked import client_ids, credit_ids, invoice_ids
from billing.actions.ledger import SERIES
from billing.actions.marked import end_settled
from billing.actions.numbering import take_numbers
from billing.models import Allocation, Credit, Invoice, InvoiceMark
from clients.bulk import batches, change_rows, insert_rows
from clients.facts import company
from clients.models import Client, search_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.contrib.auth.models import AbstractBaseUser

    from billing.rules.receivables import ImportPlan, NewPayment, Receivable
    from clients.models import Company

SOURCE = "import"


class MovedSince(Exception):
    """An invoice was settled by somebody else between reading and writing it."""


def write_plan(plan: ImportPlan, person: AbstractBaseUser | None) -> None:
    """Write clients, invoices, payments, allocations and marks of an import.

    Runs in the caller's transaction. Raises IntegrityError or MovedSince when
    somebody booked the same at the same moment; nothing of it may stay then.
    """
    now, home = timezone.now(), company()
    by = person.pk if person else None
    _write_clients(list(plan.clients.values()), home, now)
    touched = {row.client for row in plan.invoices} | {p.client for p in plan.payments}
    clients = client_ids(touched)
    _write_invoices(plan, clients, now, by)
    invoices = invoice_ids(
        {row.number for row in plan.invoices + plan.disputes}
        | {payment.number for payment in plan.payments}
    )
    _write_payments(plan.payments, clients, now, by)
    _allocate(plan.payments, invoices, now)
    _reduce_open(plan.payments)
    _end_marks(plan.payments, person)
    _write_disputes(plan.disputes, invoices, home, now, by)


def _write_clients(rows: Sequence[Receivable], home: Company, now: datetime) -> None:
    blank = ("street", "extra", "postcode", "city", "notes")
    insert_rows(
        Client,
        [
            *("number", "name", "kind", "country", "language", "currency", "email"),
            *("search", "created_at", *blank),
        ],
        [
            [
                row.client,
                row.client_name or row.client,
                Client.Kind.COMPANY,
                home.country,
                row.language or home.language,
                row.total.currency.code,
                row.email,
                search_key(row.client_name or row.client, row.client),
                now,
                *("" for _name in blank),
            ]
            for row in rows
        ],
    )


def _write_invoices(
    plan: ImportPlan, clients: Mapping[str, int], now: datetime, by: Any
) -> None:
    """New invoices; what the file says is paid of them is not open any more."""
    settled = {payment.number: payment.allocated for payment in plan.payments}
    insert_rows(
        Invoice,
        [
            *("client_id", "number", "issued_on", "due_on", "deadline_on", "currency"),
            *("total", "open", "level", "source", "created_at", "created_by_id"),
        ],
        [
            [
                clients[row.client],
                row.number,
                row.issued_on,
                row.due_on,
                row.due_on,
                row.total.currency.code,
                row.total.amount,
                (row.total - settled.get(row.number, row.total * 0)).amount,
                0,
                SOURCE,
                now,
                by,
            ]
            for row in plan.invoices
        ],
    )


def _write_payments(
    payments: Sequence[NewPayment], clients: Mapping[str, int], now: datetime, by: Any
) -> None:
    numbers = _payment_numbers(payments)
    insert_rows(
        Credit,
        [
            *("client_id", "kind", "number", "dated_on", "currency", "amount"),
            *("unallocated", "reference", "import_key", "created_at", "created_by_id"),
        ],
        [
            [
                clients[payment.client],
                Credit.Kind.PAYMENT,
                numbers[payment.key],
                payment.paid_on,
                payment.amount.currency.code,
                payment.amount.amount,
                (payment.amount - payment.allocated).amount,
                payment.number,
                payment.key,
                now,
                by,
            ]
            for payment in payments
        ],
    )


def _payment_numbers(payments: Sequence[NewPayment]) -> dict[str, str]:
    """Numbers in the order of the dates, from the series of each year."""
    by_year: dict[int, list[str]] = defaultdict(list)
    for payment in sorted(payments, key=lambda p: p.paid_on):
        by_year[payment.paid_on.year].append(payment.key)
    series = SERIES[Credit.Kind.PAYMENT]
    return {
        key: number
        for year, keys in sorted(by_year.items())
        for key, number in zip(keys, take_numbers(series, year, len(keys)), strict=True)
    }


def _allocate(
    payments: Sequence[NewPayment], invoices: Mapping[str, int], now: datetime
) -> None:
    used = [payment for payment in payments if payment.allocated]
    credits_ = credit_ids(payment.key for payment in used)
    insert_rows(
        Allocation,
        [
            *("credit_id", "invoice_id", "currency", "amount"),
            *("effective_on", "created_at"),
        ],
        [
            [
                credits_[payment.key],
                invoices[payment.number],
                payment.allocated.currency.code,
                payment.allocated.amount,
                payment.effective_on,
                now,
            ]
            for payment in used
        ],
    )


def _reduce_open(payments: Sequence[NewPayment]) -> None:
    """Lower what is open of invoices booked before, where it is still what it was."""
    changes = [
        (
            payment.invoice.id,
            payment.invoice.open.amount,
            (payment.invoice.open - payment.allocated).amount,
        )
        for payment in payments
        if payment.invoice and payment.allocated
    ]
    if change_rows(Invoice, "open", changes) != len(changes):
        raise MovedSince


def _end_marks(payments: Sequence[NewPayment], person: Any) -> None:
    """Take "Non payé" off invoices booked before that are paid in full now."""
    settled = {
        payment.invoice.id: payment.effective_on
        for payment in payments
        if payment.allocated
        and payment.invoice
        and payment.allocated == payment.invoice.open
    }
    for some in batches(settled):
        end_settled(some, max(settled[pk] for pk in some), person)


def _write_disputes(
    rows: Sequence[Receivable],
    invoices: Mapping[str, int],
    home: Company,
    now: datetime,
    by: Any,
) -> None:
    with override(home.language):
        reason = gettext("Disputed in the imported file")
    insert_rows(
        InvoiceMark,
        [
            *("invoice_id", "kind", "since", "reason", "end_reason"),
            *("person_id", "created_at"),
        ],
        [
            [
                invoices[row.number],
                InvoiceMark.Kind.DISPUTED,
                row.issued_on,
                reason,
                "",
                by,
                now,
            ]
            for row in rows
        ],
    )
