"""Reads every movement of a period as the journal needs it, part by part."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from heapq import merge
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import override

from billing.models import Allocation, Bill, BillKind, CounterEntry, Credit, Invoice
from billing.rules.journal import Booking, Share
from billing.rules.money import money
from clients.facts import company
from clients.parts import keys_of, rows_by_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from django.db.models import QuerySet

Words = dict[str, str]


@dataclass(frozen=True, slots=True)
class Period:
    """From the first to the last day, in one currency or (empty) in all."""

    start: date
    end: date
    currency: str = ""


def bookings(period: Period) -> Iterator[Booking]:
    """Every movement dated in the period, day by day, in the company's language."""
    words = _words()
    found = (source(period, words) for source in SOURCES)
    yield from merge(*found, key=lambda booking: booking.on)


def documents_in(period: Period) -> int:
    """How many documents were booked in the period."""
    rows = [_bills(period), _unbilled(period), _credits(period), _counters(period)]
    return sum(found.count() for found in rows)


def _words() -> dict[str, str]:
    """What movements are called in the company's language."""
    with override(company().language):
        kinds = [*Credit.Kind.choices, *CounterEntry.Kind.choices]
        return {"invoice": _("Invoice"), **{kind: str(name) for kind, name in kinds}}


def _invoices(period: Period, words: Words) -> Iterator[Booking]:
    """Invoices by their bill: whole, however many instalments it has."""
    for bill in _read(_bills(period).prefetch_related("vat_rows")):
        yield Booking(
            "invoice",
            bill.issued_on,
            bill.number,
            bill.client.number,
            f"{words['invoice']} · {bill.client.name}",
            money(bill.total, bill.currency),
            bill.created_at,
            shares=_shares(bill),
            rounding=money(bill.rounding, bill.currency),
        )


def _foreign(period: Period, words: Words) -> Iterator[Booking]:
    """Invoices that another system issued: their VAT is not known here."""
    for row in _read(_unbilled(period)):
        yield Booking(
            "invoice",
            row.issued_on,
            row.number,
            row.client.number,
            f"{words['invoice']} · {row.client.name}",
            money(row.total, row.currency),
            row.created_at,
        )


def _of_kind(kind: str, period: Period, words: Words) -> Iterator[Booking]:
    """Payments, credit notes, discounts or write-offs."""
    rows = _credits(period).filter(kind=kind)
    for credit in _read(rows.prefetch_related(*_related(kind))):
        yield _of_credit(credit, words)


def _counted(period: Period, words: Words) -> Iterator[Booking]:
    """Refunds, fees paid, and reversals with what they take back."""
    related = [f"credit__{name}" for name in (*ACCOUNT, *BILL)]
    of_discounts = _given_on("credit__allocations")
    for row in _read(_counters(period).prefetch_related(*related, of_discounts)):
        credit = row.credit
        yield Booking(
            row.kind,
            row.dated_on,
            row.number,
            credit.client.number,
            f"{words[row.kind]} {_about(row)} · {credit.client.name}",
            money(row.amount, row.currency),
            row.created_at,
            bank=row.account.ledger if row.account else "",
            online=credit.is_online,
            of=_of_credit(credit, words),
        )


def _about(row: CounterEntry) -> str:
    """The letters whose fees were paid; else the credit that is taken back."""
    is_charge = row.kind == CounterEntry.Kind.CHARGE
    return row.reason if is_charge and row.reason else row.credit.number


def _of_credit(credit: Credit, words: Words) -> Booking:
    bill = _bill_of(credit)
    rounds = bill and credit.kind == Credit.Kind.CREDIT_NOTE
    return Booking(
        credit.kind,
        credit.dated_on,
        credit.number,
        credit.client.number,
        f"{words[credit.kind]} · {credit.client.name}",
        money(credit.amount, credit.currency),
        credit.created_at,
        shares=_shares(bill) if bill else (),
        rounding=money(bill.rounding, credit.currency) if bill and rounds else None,
        bank=credit.account.ledger if credit.account else "",
        online=credit.is_online,
        charges=money(credit.charges, credit.currency),
        cause=credit.cause,
    )


def _bill_of(credit: Credit) -> Bill | None:
    """The credit note itself; or for a discount the bill it was first given on.

    What is done with the discount later does not change what was booked.
    """
    if credit.kind == Credit.Kind.DISCOUNT:
        first = next(iter(credit.allocations.all()), None)
        return first.invoice.bill if first else None
    return credit.bill if credit.kind == Credit.Kind.CREDIT_NOTE else None


def _shares(bill: Bill) -> list[Share]:
    return [
        Share(row.code, money(row.net, row.currency), money(row.vat, row.currency))
        for row in bill.vat_rows.all()
    ]


def _related(kind: str) -> list[str | Prefetch[Any]]:
    if kind == Credit.Kind.DISCOUNT:
        return [_given_on("allocations")]
    return [*BILL] if kind == Credit.Kind.CREDIT_NOTE else [*ACCOUNT]


def _given_on(name: str) -> Prefetch[Any]:
    """The invoices a credit was put to, the first one first, with their bills."""
    rows = Allocation.objects.filter(releases=None).select_related("invoice__bill")
    return Prefetch(
        name, rows.order_by("pk").prefetch_related("invoice__bill__vat_rows")
    )


def _read(rows: QuerySet[Any]) -> Iterator[Any]:
    return rows_by_keys(rows, keys_of(rows))


def _bills(period: Period) -> QuerySet[Bill]:
    rows = Bill.objects.filter(kind=BillKind.INVOICE)
    return _in(rows, period, "issued_on").select_related("client")


def _unbilled(period: Period) -> QuerySet[Invoice]:
    rows = Invoice.objects.filter(bill=None)
    return _in(rows, period, "issued_on").select_related("client")


def _credits(period: Period) -> QuerySet[Credit]:
    return _in(Credit.objects.all(), period, "dated_on").select_related("client")


def _counters(period: Period) -> QuerySet[CounterEntry]:
    rows = CounterEntry.objects.select_related("account", "credit__client")
    return _in(rows, period, "dated_on")


def _in(rows: QuerySet[Any], period: Period, day: str) -> QuerySet[Any]:
    found = rows.filter(**{f"{day}__range": (period.start, period.end)})
    if period.currency:
        found = found.filter(currency=period.currency)
    return found.order_by(day, "number")


ACCOUNT, BILL = ("account",), ("bill__vat_rows",)
# In this order on the same day.
SOURCES: list[Callable[[Period, Words], Iterator[Booking]]] = [
    _invoices,
    _foreign,
    partial(_of_kind, Credit.Kind.CREDIT_NOTE),
    partial(_of_kind, Credit.Kind.PAYMENT),
    partial(_of_kind, Credit.Kind.DISCOUNT),
    partial(_of_kind, Credit.Kind.WRITE_OFF),
    _counted,
]
