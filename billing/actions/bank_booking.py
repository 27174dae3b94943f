"""Books every payment of a bank file that a reference identifies, in one go.

The same number of statements for ten entries as for ten thousand.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import CharField, Max, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from billing.actions.bank_entries import payment_key, words_of
from billing.actions.booked import credit_ids
from billing.actions.booking import MovedSince
from billing.actions.holding import hold_clients
from billing.actions.marked import end_settled
from billing.actions.numbering import take_numbers
from billing.actions.recording import SERIES
from billing.bank.matching import exact_payments
from billing.models import Allocation, BankEntry, Credit, Invoice
from billing.rules.money import money
from clients.bulk import batches, change_rows, insert_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from billing.models import BankFile
    from billing.rules.bank.exact import ExactPayment
    from billing.rules.matching.matcher import Candidate

ATTEMPTS = 3
State = BankEntry.State
Entries = dict[int, BankEntry]


def book_exact(file: BankFile, *, today: date, person: Any = None) -> int:
    """Book the entries of a file whose reference names an open invoice; how many.

    Everything is looked at again in the transaction that books it. What an entry
    would pay may be settled by now: it stays in the work list. Entries of a value
    date to come wait for it.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                return _book(file, today, person)
        except MovedSince:
            if attempt == ATTEMPTS:
                raise
    raise AssertionError


def _book(file: BankFile, today: date, person: Any) -> int:
    found = exact_entries(file, today)
    clients = set(named_clients(found))
    if hold_clients(clients):
        raise MovedSince
    rows = found.select_for_update(of=("self",))
    entries = {entry.pk: entry for entry in rows}
    payments, invoices = exact_payments(list(entries.values()), lock=True)
    if not payments:
        return 0
    if not clients.issuperset(payment.client_id for payment in payments):
        raise MovedSince
    _write_credits(payments, entries, person)
    _write_allocations(payments, entries, invoices)
    _reduce_open(payments, invoices)
    _note_booked(file, payments, person)
    for some in batches({part.invoice_id for p in payments for part in p.parts}):
        end_settled(some, today, person)
    return len(payments)


def exact_entries(file: BankFile, today: date) -> QuerySet[BankEntry]:
    """The entries of a file that a reference may identify, in their order."""
    waiting = file.entries.filter(state=State.WAITING, value_on__lte=today)
    return waiting.exclude(reference="").order_by("pk")


def named_clients(entries: QuerySet[BankEntry]) -> Iterable[int]:
    """Whose invoices the references of entries name."""
    references = set(entries.order_by().values_list("reference", flat=True))
    for some in batches(references):
        rows = Invoice.objects.filter(reference__in=some).order_by()
        yield from rows.values_list("client_id", flat=True)


def _write_credits(
    payments: Sequence[ExactPayment], entries: Entries, person: Any
) -> None:
    numbers = _numbers(payments, entries)
    now = timezone.now()
    insert_rows(
        Credit,
        [
            *("client_id", "kind", "number", "dated_on", "currency", "amount"),
            *("unallocated", "charges", "reference", "account_id", "import_key"),
            *("created_at", "created_by_id", "cause"),
        ],
        [
            [
                payment.client_id,
                Credit.Kind.PAYMENT,
                numbers[payment.entry_id],
                entry.value_on,
                entry.currency,
                payment.paid.amount,
                payment.left.amount,
                (payment.paid - money(entry.amount, entry.currency)).amount,
                words_of(entry),
                entry.account_id,
                payment_key(entry.pk),
                now,
                person.pk if person else None,
                "",
            ]
            for payment in payments
            if (entry := entries[payment.entry_id])
        ],
    )


def _numbers(payments: Sequence[ExactPayment], entries: Entries) -> dict[int, str]:
    """Numbers in the order of the value dates, from the series of each year."""
    by_year: dict[int, list[BankEntry]] = defaultdict(list)
    for payment in payments:
        entry = entries[payment.entry_id]
        by_year[entry.value_on.year].append(entry)
    numbers: dict[int, str] = {}
    for year, rows in sorted(by_year.items()):
        rows.sort(key=lambda entry: (entry.value_on, entry.pk))
        taken = take_numbers(SERIES[Credit.Kind.PAYMENT], year, len(rows))
        numbers.update(zip((row.pk for row in rows), taken, strict=True))
    return numbers


def _write_allocations(
    payments: Sequence[ExactPayment],
    entries: Entries,
    invoices: Mapping[int, Candidate],
) -> None:
    credits_ = credit_ids(payment_key(p.entry_id) for p in payments)
    released = last_releases(invoices)
    now = timezone.now()
    insert_rows(
        Allocation,
        [
            *("credit_id", "invoice_id", "currency", "amount"),
            *("effective_on", "created_at"),
        ],
        [
            [
                credits_[payment_key(payment.entry_id)],
                part.invoice_id,
                part.amount.currency.code,
                part.amount.amount,
                max(
                    entries[payment.entry_id].value_on,
                    invoices[part.invoice_id].issued_on,
                    *released.get(part.invoice_id, ()),
                ),
                now,
            ]
            for payment in payments
            for part in payment.parts
        ],
    )


def last_releases(invoices: Iterable[int]) -> dict[int, tuple[date]]:
    """The day on which something was last taken back from each invoice."""
    found = {}
    for some in batches(invoices):
        rows = Allocation.objects.filter(invoice__in=some, releases__isnull=False)
        last = rows.order_by().values_list("invoice_id").annotate(Max("effective_on"))
        found.update({pk: (on,) for pk, on in last})
    return found


def _reduce_open(
    payments: Sequence[ExactPayment], invoices: Mapping[int, Candidate]
) -> None:
    """Lower what is open where it is still what was read; MovedSince where not."""
    left = {pk: invoice.open for pk, invoice in invoices.items()}
    for payment in payments:
        for part in payment.parts:
            left[part.invoice_id] -= part.amount
    changes = [
        (pk, invoices[pk].open.amount, rest.amount)
        for pk, rest in left.items()
        if rest != invoices[pk].open
    ]
    if change_rows(Invoice, "open", changes) != len(changes):
        raise MovedSince


def _note_booked(file: BankFile, payments: Sequence[ExactPayment], person: Any) -> None:
    """Say of the entries that they are booked; MovedSince when one was decided on."""
    mine = Credit.objects.filter(
        import_key=Concat(Value("bank:"), Cast(OuterRef("pk"), CharField()))
    )
    waiting = BankEntry.objects.filter(file=file, state=State.WAITING)
    changed = 0
    for some in batches(payment.entry_id for payment in payments):
        changed += waiting.filter(pk__in=some).update(
            state=State.BOOKED,
            decided_at=timezone.now(),
            decided_by=person,
            credit=Subquery(mine.values("pk")),
            client=Subquery(mine.values("client")),
        )
    if changed != len(payments):
        raise MovedSince
