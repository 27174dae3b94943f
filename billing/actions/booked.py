"""What the ledger knows of the invoices in a file, locked while it is booked."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Max

from billing.models import Allocation, Credit, Invoice, InvoiceMark, exact_sum
from billing.rules.money import from_units, money, total
from billing.rules.receivables import BookedInvoice
from clients.bulk import batches
from clients.facts import by_number
from clients.models import Client

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from moneyed import Money

    from billing.rules.receivables import Receivable


# In the key of a payment that a file of receivables brought (number#1), and of no
# other: forms and bank entries have keys of their own.
FROM_FILE = "#"


@dataclass(slots=True)
class ImportedPayments:
    """What earlier files brought for one invoice."""

    amounts: list[Money]
    last_on: date


def client_ids(numbers: Iterable[str]) -> dict[str, int]:
    """The clients that exist among the numbers; a merged one is where it went."""
    return {
        number: pk
        for some in batches(numbers)
        for number, pk in by_number(some).items()
    }


def clients_of(rows: Sequence[Receivable]) -> set[int]:
    """The clients of the numbers, and those of the invoices booked before."""
    found = set(client_ids({row.client for row in rows}).values())
    for some in batches({row.number for row in rows}):
        booked = Invoice.objects.filter(number__in=some).order_by()
        found.update(booked.values_list("client_id", flat=True))
    return found


def invoice_ids(numbers: Iterable[str]) -> dict[str, int]:
    """The invoices that exist among the numbers."""
    return {
        number: pk
        for some in batches(numbers)
        for number, pk in Invoice.objects.filter(number__in=some)
        .order_by()
        .values_list("number", "pk")
    }


def credit_ids(keys: Iterable[str]) -> dict[str, int]:
    """The imported payments that exist among the keys."""
    found: dict[str, int] = {}
    for some in batches(keys):
        rows = Credit.objects.filter(import_key__in=some).order_by()
        found |= {str(key): pk for key, pk in rows.values_list("import_key", "pk")}
    return found


def booked_invoices(
    numbers: Iterable[str], *, lock: bool = False
) -> dict[str, BookedInvoice]:
    """The booked invoices among the numbers, with what is known of their payments."""
    return {
        invoice.number: invoice
        for some in batches(numbers)
        for invoice in _booked(some, lock=lock)
    }


def _booked(numbers: list[str], *, lock: bool) -> Iterator[BookedInvoice]:
    invoices = Invoice.objects.filter(number__in=numbers).order_by("pk")
    if lock:
        list(invoices.select_for_update().values_list("pk"))
    rows = list(
        invoices.values_list(
            "pk",
            "number",
            "client__number",
            "client_id",
            "issued_on",
            "due_on",
            "currency",
            "total",
            "open",
        )
    )
    by_hand = _paid_by_hand(numbers)
    imported = _imported({row[3] for row in rows})
    former = _former({row[3] for row in rows})
    disputed = set(
        InvoiceMark.objects.filter(
            invoice__number__in=numbers, kind=InvoiceMark.Kind.DISPUTED
        ).values_list("invoice_id", flat=True)
    )
    released: dict[int, date] = dict(
        Allocation.objects.filter(invoice__number__in=numbers, releases__isnull=False)
        .values_list("invoice_id")
        .annotate(last=Max("effective_on"))
    )
    for pk, number, client, client_id, issued_on, due_on, currency, full, left in rows:
        payments = imported.get(number)
        yield BookedInvoice(
            id=pk,
            number=number,
            client=client,
            former=frozenset(former[client_id]),
            issued_on=issued_on,
            due_on=due_on,
            total=money(full, currency),
            open=money(left, currency),
            imported=total(payments.amounts if payments else [], currency),
            imported_on=payments.last_on if payments else None,
            imports=len(payments.amounts) if payments else 0,
            by_hand=from_units(by_hand.get(pk), currency),
            was_disputed=pk in disputed,
            released_on=released.get(pk),
        )


def _former(clients: Iterable[int]) -> dict[int, set[str]]:
    """The numbers of the clients that were merged into these."""
    found: dict[int, set[str]] = defaultdict(set)
    for some in batches(clients):
        rows = Client.objects.filter(merged_into__in=some)
        for pk, number in rows.values_list("merged_into_id", "number"):
            found[pk].add(number)
    return found


def _paid_by_hand(numbers: list[str]) -> dict[int, int]:
    """What payments that no file brought settle, in thousandths, by invoice."""
    return dict(
        Allocation.objects.filter(
            invoice__number__in=numbers, credit__kind=Credit.Kind.PAYMENT
        )
        .exclude(credit__import_key__contains=FROM_FILE)
        .order_by()
        .values_list("invoice_id")
        .annotate(units=exact_sum("amount"))
    )


def _imported(clients: Iterable[int]) -> dict[str, ImportedPayments]:
    """The payments of earlier files by invoice number, also those taken back since."""
    found: dict[str, ImportedPayments] = {}
    for some in batches(clients):
        rows = Credit.objects.filter(client__in=some, import_key__contains=FROM_FILE)
        for key, amount, currency, on in rows.order_by("dated_on").values_list(
            "import_key", "amount", "currency", "dated_on"
        ):
            number = str(key).rpartition("#")[0]
            known = found.setdefault(number, ImportedPayments([], on))
            known.amounts.append(money(amount, currency))
            known.last_on = on
    return found
