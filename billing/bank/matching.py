"""Proposes what each bank entry pays or takes back, from the books as they are now.

Nothing of a proposal is stored: what is open changes with every booking.
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from moneyed import Money

from billing.models import BankEntry, CounterEntry, Invoice
from billing.rules.bank.exact import Claim, spread
from billing.rules.bank.references import compact
from billing.rules.bank.statement import Transaction
from billing.rules.matching.matcher import Candidate, Matcher
from billing.rules.money import money
from billing.rules.returns import Received, Returned, find_returned, names_of
from billing.rules.settling import discount_of
from clients.bulk import batches

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from django.db.models import QuerySet

    from billing.rules.bank.exact import ExactPayment
    from billing.rules.matching.matcher import Match

State = BankEntry.State
COLUMNS = (
    *("pk", "client_id", "number", "reference", "open", "currency", "due_on"),
    *("issued_on", "client__name", "client__iban", "total", "discount_percent"),
    "discount_until",
)
# What may be the number of an invoice in a text.
WORD = re.compile(r"[\w./-]*\d[\w./-]*")


def transaction_of(entry: BankEntry) -> Transaction:
    """An entry as the rules know it."""
    return Transaction(
        key=entry.key,
        booked_on=entry.booked_on,
        value_on=entry.value_on,
        amount=money(entry.amount, entry.currency),
        charges=money(entry.charges, entry.currency),
        is_reversal=entry.is_reversal,
        reference=entry.reference,
        end_to_end=entry.end_to_end,
        bank_reference=entry.bank_reference,
        name=entry.name,
        iban=entry.iban,
        text=entry.text,
        count=entry.count,
    )


def matches(entries: Sequence[BankEntry]) -> dict[int, Match]:
    """What is proposed for each entry (its id): two questions, however many."""
    if not entries:
        return {}
    rows = {entry.pk: transaction_of(entry) for entry in entries}
    letters = letters_named(rows.values())
    named = {key for keys in letters.values() for key in keys}
    matcher = Matcher(candidates(list(rows.values()), named), letters)
    return {pk: matcher.match(row) for pk, row in rows.items()}


def letters_named(rows: Iterable[Transaction]) -> dict[str, list[int]]:
    """The invoices behind references of reminders, by reference.

    `settings.REFERENCE_OWNER` names the module that keeps them, with a function
    `invoices_of(references)`.
    """
    references = {compact(row.reference) for row in rows if row.reference}
    found = import_module(settings.REFERENCE_OWNER).invoices_of(references)
    return dict(found)


def candidates(
    rows: Sequence[Transaction], behind: Collection[int] = ()
) -> list[Candidate]:
    """Every open invoice in the currencies of the transactions, and what they name.

    `behind` are invoices of the reminders they name.
    """
    codes = {row.amount.currency.code for row in rows}
    found = _read(Invoice.objects.filter(open__gt=0, currency__in=codes))
    words = {word for row in rows for word in _words(row)}
    for some in batches(words):
        named = Q(reference__in=some) | Q(number__in=some)
        found |= _read(Invoice.objects.filter(named))
    for keys in batches(set(behind) - found.keys()):
        found |= _read(Invoice.objects.filter(pk__in=keys))
    return list(found.values())


def exact_payments(
    entries: Sequence[BankEntry], *, lock: bool = False
) -> tuple[list[ExactPayment], dict[int, Candidate]]:
    """The payments that references identify, and the invoices they were read from.

    Only invoices that bear one of the references are looked at, and locked where
    they are to be booked.
    """
    rows = {entry.pk: transaction_of(entry) for entry in entries}
    found: dict[int, Candidate] = {}
    for some in batches({row.reference for row in rows.values()} - {""}):
        invoices = Invoice.objects.filter(reference__in=some).order_by("pk")
        if lock:
            list(invoices.select_for_update().values_list("pk"))
        found |= _read(invoices)
    matcher = Matcher(found.values())
    claims = [_claim(pk, row, matcher.match(row)) for pk, row in rows.items()]
    opened = {pk: invoice.open for pk, invoice in found.items()}
    return spread(claims, opened), found


def _claim(pk: int, row: Transaction, match: Match) -> Claim:
    """What was paid: without the charges where they are the payer's own."""
    settles = match.detail.get("paid")
    return Claim(pk, settles if isinstance(settles, Money) else row.paid, match)


def returned(entries: Sequence[BankEntry]) -> dict[int, Returned]:
    """Which booked payment each entry that takes money back belongs to."""
    back = [entry for entry in entries if takes_back(entry)]
    if not back:
        return {}
    received = received_before(back)
    return {
        entry.pk: find_returned(transaction_of(entry), received[entry.account_id])
        for entry in back
    }


def takes_back(entry: BankEntry) -> bool:
    """Whether money went out that may have come in before."""
    return money(entry.amount, entry.currency).amount < 0


def received_before(entries: Iterable[BankEntry]) -> dict[int, list[Received]]:
    """Booked payments that may be meant, by account: same amount, not taken back."""
    rows = list(entries)
    amounts = {-money(row.amount, row.currency).amount for row in rows}
    accounts = {row.account_id for row in rows}
    found: dict[int, list[Received]] = {account: [] for account in accounts}
    taken_back = CounterEntry.objects.filter(
        credit=OuterRef("credit"), kind__in=CounterEntry.TAKING_BACK
    )
    booked = BankEntry.objects.filter(
        ~Exists(taken_back),
        account__in=accounts,
        state=State.BOOKED,
        amount__in=amounts,
        credit__isnull=False,
    ).order_by("-value_on", "-pk")
    for entry in booked:
        found[entry.account_id].append(
            Received(
                credit_id=entry.credit_id or 0,
                amount=money(entry.amount, entry.currency),
                value_on=entry.value_on,
                reference=entry.reference,
                end_to_end=entry.end_to_end,
                bank_reference=entry.bank_reference,
                name=entry.name,
                iban=entry.iban,
            )
        )
    return found


def _read(rows: QuerySet[Invoice]) -> dict[int, Candidate]:
    found = {}
    for row in rows.order_by().values_list(*COLUMNS):
        pk, client, number, reference, left, code, *days_and_names = row
        due, issued, name, iban, whole, percent, until = days_and_names
        opened = money(left, code)
        discount = None
        # Offered as long as nothing of the invoice is settled.
        if percent and until and left == whole:
            discount = discount_of(opened, percent)
        found[pk] = Candidate(
            *(pk, client, number, reference, opened, due, issued, name, iban),
            discount,
            until if discount else None,
        )
    return found


def _words(row: Transaction) -> set[str]:
    """What a transaction may name an invoice by."""
    texts = (row.reference, row.end_to_end, row.text)
    words = {word for text in texts for word in WORD.findall(text)}
    return words | names_of(row)
