"""Undoes the reading of a bank file: all that was booked from it, or nothing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from billing.actions.booking import MovedSince
from billing.actions.charges import release_all_charges
from billing.actions.holding import hold_clients
from billing.actions.moving import LedgerRefusal
from billing.actions.numbering import take_numbers
from billing.actions.recording import SERIES
from billing.bank.desk import obstacles
from billing.models import (
    Allocation,
    BankEntry,
    BankFile,
    CounterEntry,
    Credit,
    Invoice,
)
from billing.rules.money import money, zero
from clients.bulk import batches, change_rows, insert_rows
from clients.facts import company

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.db.models import QuerySet
    from moneyed import Money

State = BankEntry.State


@dataclass(frozen=True, slots=True)
class Taken:
    """A part of a credit that lies on an invoice, and the day it is taken off."""

    id: int
    credit_id: int
    invoice_id: int
    amount: Money
    on: date


def undo_file(file: BankFile, *, today: date, person: Any = None) -> bool:
    """Take back whatever was booked from a file, by counter-entries dated today.

    Its entries are undone, and the file can be read again. False when it was undone
    before. Raises LedgerRefusal when a payment of it was refunded or taken back
    meanwhile, or when somebody books one of them at this very moment.
    """
    try:
        with transaction.atomic():
            return _undo(file, today, person)
    except MovedSince as moved:
        raise LedgerRefusal(
            _("Somebody else booked at the same moment; try again.")
        ) from moved


def _undo(file: BankFile, today: date, person: Any) -> bool:
    clients = set(booked_from(file).values_list("client_id", flat=True))
    merged = hold_clients(clients)
    rows = BankFile.objects.filter(pk=file.pk, undone_at=None)
    if not rows.update(undone_at=timezone.now(), undone_by=person):
        return False
    list(file.entries.select_for_update(of=("self",)).values_list("pk"))
    if names := obstacles(file):
        raise LedgerRefusal(
            _("It cannot be undone: %(names)s.")
            % {"names": ", ".join(str(name) for name in names)}
        )
    booked = booked_from(file)
    if merged or booked.exclude(client__in=clients).exists():
        raise MovedSince
    reverse_all(booked, file.name, today, person)
    file.entries.update(state=State.UNDONE)
    return True


def booked_from(file: BankFile) -> QuerySet[Credit]:
    """The payments booked from a file, and the rests of invoices settled with them."""
    return Credit.objects.filter(
        Q(bank_entry__file=file, bank_entry__state=State.BOOKED)
        | Q(import_key__startswith=f"bank-rest:{file.pk}:", counter_entries=None)
    )


def reverse_all(rows: QuerySet[Credit], name: str, today: date, person: Any) -> None:
    """Reverse credits as `ledger.reverse_credit` does one, however many at once.

    Raises MovedSince when one of them was used otherwise between.
    """
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    last: dict[int, date] = {}
    for some in batches(ids):
        list(Credit.objects.select_for_update().filter(pk__in=some).values_list("pk"))
        releases = Allocation.objects.filter(credit__in=some, releases__isnull=False)
        grouped = releases.order_by().values_list("credit_id")
        last |= dict(grouped.annotate(Max("effective_on")))
        charges = CounterEntry.objects.filter(credit__in=some, releases__isnull=False)
        for pk, on in (
            charges.order_by().values_list("credit_id").annotate(Max("dated_on"))
        ):
            last[pk] = max(on, last.get(pk, on))
    found = [
        credit
        for some in batches(ids)
        for credit in Credit.objects.filter(pk__in=some).order_by("dated_on", "pk")
    ]
    days = {c.pk: max(today, c.dated_on, last.get(c.pk, today)) for c in found}
    _release_all(_standing(days))
    release_all_charges(days, person)
    _write_reversals(found, days, name, person)


def _standing(days: dict[int, date]) -> list[Taken]:
    """What of the credits lies on invoices, locked."""
    found = []
    for some in batches(days):
        rows = Allocation.objects.filter(
            credit__in=some, releases=None, released_by=None
        )
        touched = rows.order_by().values("invoice")
        locked = Invoice.objects.select_for_update().filter(pk__in=touched)
        list(locked.order_by("pk").values_list("pk"))
        found += [
            Taken(
                part.pk,
                part.credit_id,
                part.invoice_id,
                money(part.amount, part.currency),
                max(days[part.credit_id], part.effective_on),
            )
            for part in rows.order_by("pk")
        ]
    return found


def _release_all(parts: Sequence[Taken]) -> None:
    now = timezone.now()
    insert_rows(
        Allocation,
        [
            *("credit_id", "invoice_id", "currency", "amount"),
            *("effective_on", "releases_id", "created_at"),
        ],
        [
            [
                part.credit_id,
                part.invoice_id,
                part.amount.currency.code,
                -part.amount.amount,
                part.on,
                part.id,
                now,
            ]
            for part in parts
        ],
    )
    back: dict[int, Money] = {}
    for part in parts:
        nothing = zero(part.amount.currency.code)
        back[part.invoice_id] = back.get(part.invoice_id, nothing) + part.amount
    changes = [
        (pk, money(left, code).amount, (money(left, code) + back[pk]).amount)
        for some in batches(back)
        for pk, left, code in Invoice.objects.filter(pk__in=some)
        .order_by()
        .values_list("pk", "open", "currency")
    ]
    if change_rows(Invoice, "open", changes) != len(changes):
        raise MovedSince


def _write_reversals(
    credits_: Sequence[Credit], days: dict[int, date], name: str, person: Any
) -> None:
    """Each credit is taken back whole: nothing of it is left."""
    numbers = _numbers(credits_, days)
    with override(company().language):
        reason = _("Bank file %(name)s undone") % {"name": name}
    now = timezone.now()
    insert_rows(
        CounterEntry,
        [
            *("credit_id", "kind", "number", "dated_on", "currency", "amount"),
            *("account_id", "reason", "created_at", "created_by_id"),
        ],
        [
            [
                credit.pk,
                CounterEntry.Kind.REVERSAL,
                numbers[credit.pk],
                days[credit.pk],
                credit.currency,
                money(credit.amount, credit.currency).amount,
                credit.account_id,
                reason[:300],
                now,
                person.pk if person else None,
            ]
            for credit in credits_
        ],
    )
    # What lay on invoices, or paid fees, is not left any more than what did not.
    changes = [
        (credit.pk, left.amount, 0)
        for credit in credits_
        if (left := money(credit.unallocated, credit.currency))
    ]
    if change_rows(Credit, "unallocated", changes) != len(changes):
        raise MovedSince


def _numbers(credits_: Sequence[Credit], days: dict[int, date]) -> dict[int, str]:
    by_year: dict[int, list[int]] = defaultdict(list)
    for pk in sorted(days, key=lambda pk: (days[pk], pk)):
        by_year[days[pk].year].append(pk)
    found: dict[int, str] = {}
    for year, pks in sorted(by_year.items()):
        taken = take_numbers(SERIES[CounterEntry.Kind.REVERSAL], year, len(pks))
        found |= dict(zip(pks, taken, strict=True))
    return found
