"""Decides what a file of receivables adds to what is booked, row by row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from billing.rules.money import plain, zero
from billing.rules.refusals import RowError, gettext_noop

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from moneyed import Money


@dataclass(frozen=True, slots=True)
class Receivable:
    """A row as read: an invoice, and what has been paid of it up to `paid_on`."""

    row: int
    number: str
    client: str
    issued_on: date
    due_on: date
    total: Money
    paid_on: date | None = None
    paid: Money | None = None
    disputed: bool = False
    client_name: str = ""
    email: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class BookedInvoice:
    """What the ledger knows of an invoice of that number.

    `imported` is the sum of the payments earlier files brought, the last of them
    on `imported_on`; `by_hand` is what other payments settled of it; on
    `released_on` something was last taken back from it. `former` are the numbers of
    clients that were merged into its client.
    """

    id: int
    number: str
    client: str
    issued_on: date
    due_on: date
    total: Money
    open: Money
    imported: Money
    by_hand: Money
    imported_on: date | None = None
    imports: int = 0
    was_disputed: bool = False
    released_on: date | None = None
    former: frozenset[str] = frozenset()

    def now_called(self, client: str) -> str:
        """The number of a client today: files go on with that of before a merge."""
        return self.client if client in self.former else client


@dataclass(frozen=True, slots=True)
class NewPayment:
    """A payment to book; `allocated` of it goes to the invoice, the rest stays.

    `invoice` is the invoice where it is booked already.
    """

    key: str
    number: str
    client: str
    amount: Money
    allocated: Money
    paid_on: date
    effective_on: date
    invoice: BookedInvoice | None


@dataclass(slots=True)
class ImportPlan:
    """What booking the file would write, and every row that is refused."""

    clients: dict[str, Receivable] = field(default_factory=dict)
    invoices: list[Receivable] = field(default_factory=list)
    payments: list[NewPayment] = field(default_factory=list)
    disputes: list[Receivable] = field(default_factory=list)
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)


def decide(
    rows: Iterable[Receivable],
    booked: Mapping[str, BookedInvoice],
    clients: Iterable[str],
    until: date | None = None,
) -> ImportPlan:
    """Add what is new, count what is there, refuse what contradicts the books.

    `clients` are the numbers of the clients that exist. Invoices issued after
    `until` are not looked at, payments received after it not taken.
    """
    plan = ImportPlan()
    known = set(clients)
    for row in rows:
        if until and row.issued_on > until:
            continue
        invoice = booked.get(row.number)
        refusals = contradictions(row, invoice) if invoice else []
        if refusals:
            plan.errors += refusals
            continue
        if invoice is None:
            plan.invoices.append(row)
            if row.client not in known:
                plan.clients.setdefault(row.client, row)
        _add_news(plan, row, invoice, until)
    return plan


def _add_news(
    plan: ImportPlan, row: Receivable, invoice: BookedInvoice | None, until: date | None
) -> None:
    payment = _payment(row, invoice, until)
    if payment:
        plan.payments.append(payment)
    dispute = row.disputed and not (invoice and invoice.was_disputed)
    if dispute:
        plan.disputes.append(row)
    if invoice and not payment and not dispute:
        plan.unchanged += 1


def contradictions(row: Receivable, invoice: BookedInvoice) -> list[RowError]:
    """Every field in which the row says something else than what is booked."""
    pairs = [
        ("client", invoice.now_called(row.client), invoice.client),
        ("issued_on", row.issued_on.isoformat(), invoice.issued_on.isoformat()),
        ("due_on", row.due_on.isoformat(), invoice.due_on.isoformat()),
    ]
    if row.total.currency != invoice.total.currency:
        pairs.append(("currency", row.total.currency.code, invoice.total.currency.code))
    else:
        pairs.append(("total", plain(row.total), plain(invoice.total)))
    found = [
        _contradiction(row, name, in_file, in_book)
        for name, in_file, in_book in pairs
        if in_file != in_book
    ]
    return found or _payment_contradictions(row, invoice)


def _payment_contradictions(row: Receivable, invoice: BookedInvoice) -> list[RowError]:
    """A file may know of more payments than are booked, never of less or others."""
    last = invoice.imported_on
    if last is None:
        return []
    if row.paid is None or row.paid_on is None:
        return [_contradiction(row, "paid_on", "—", last.isoformat())]
    if row.paid < invoice.imported:
        return [_contradiction(row, "paid", plain(row.paid), plain(invoice.imported))]
    same = row.paid == invoice.imported
    if row.paid_on < last or (same and row.paid_on != last):
        return [
            _contradiction(row, "paid_on", row.paid_on.isoformat(), last.isoformat())
        ]
    return []


def _contradiction(row: Receivable, name: str, in_file: str, in_book: str) -> RowError:
    return RowError(
        row.row,
        name,
        gettext_noop(
            "Invoice %(number)s is booked with %(booked)s, the file says %(file)s."
        ),
        {"number": row.number, "booked": in_book, "file": in_file},
    )


def _payment(
    row: Receivable, invoice: BookedInvoice | None, until: date | None
) -> NewPayment | None:
    """The part of the paid sum that is not booked yet, imported or by hand."""
    if row.paid is None or row.paid_on is None or (until and row.paid_on > until):
        return None
    nothing = zero(row.total.currency.code)
    amount = row.paid - (invoice.imported + invoice.by_hand if invoice else nothing)
    if amount <= nothing:
        return None
    # Until then another allocation stood: the invoice would be settled twice.
    released_on = invoice.released_on if invoice else None
    return NewPayment(
        key=f"{row.number}#{invoice.imports + 1 if invoice else 1}",
        number=row.number,
        client=row.client,
        amount=amount,
        allocated=min(amount, invoice.open if invoice else row.total),
        paid_on=row.paid_on,
        effective_on=max(row.paid_on, row.issued_on, released_on or row.issued_on),
        invoice=invoice,
    )
