"""Recomputes every kept figure of the ledger from its movements."""

from __future__ import annotations

import datetime
from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import F, Q
from moneyed import CURRENCIES

from billing.audit_bills import audit_bills, bill_series
from billing.audit_online import audit_online
from billing.audit_originals import audit_originals
from billing.facts import balances
from billing.models import (
    Allocation,
    Bill,
    BillLine,
    BillVat,
    CounterEntry,
    Credit,
    Invoice,
    NumberSeries,
    exact_sum,
)
from billing.rules.money import from_units, money, plain, zero
from clients.freeze import missing_triggers
from clients.rules.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

END_OF_TIME = datetime.date.max
SERIES_TABLES = {
    "P": (Credit, "payment"),
    "CN": (Credit, "credit_note"),
    "W": (Credit, "write_off"),
    "D": (Credit, "discount"),
    "RF": (CounterEntry, "refund"),
    "RV": (CounterEntry, "reversal"),
    "RC": (CounterEntry, "charge"),
}


def audit() -> Iterator[Finding]:
    """Every row of the ledger that contradicts the movements behind it."""
    yield from triggers_in_place()
    if unknown := list(currencies_known()):
        # Nothing can be counted in them.
        yield from unknown
        yield from audit_originals()
        return
    yield from open_amounts()
    yield from credits_left()
    yield from allocations_fit()
    yield from releases_fit()
    yield from balances_agree()
    for series, (model, kind) in SERIES_TABLES.items():
        rows = model._default_manager.filter(kind=kind)  # noqa: SLF001
        yield from numbers_without_gap(series, rows.values_list("number", flat=True))
    for series, numbers in bill_series().items():
        if series not in SERIES_TABLES:
            yield from numbers_without_gap(series, numbers)
    yield from audit_bills()
    yield from audit_online()
    yield from audit_originals()


def triggers_in_place() -> Iterator[Finding]:
    """Frozen tables whose triggers somebody dropped."""
    for table in missing_triggers():
        yield Finding(table, "*", "the trigger that freezes issued rows is missing")


def currencies_known() -> Iterator[Finding]:
    """Rows in a currency that there is not."""
    for model in (Invoice, Credit, CounterEntry, Allocation, Bill, BillLine, BillVat):
        rows = model._default_manager.order_by()  # noqa: SLF001
        for code in rows.values_list("currency", flat=True).distinct():
            if code not in CURRENCIES:
                table = str(model._meta.model_name)  # noqa: SLF001
                row = rows.filter(currency=code).first()
                yield Finding(table, str(row), f"there is no currency {code}")


def open_amounts() -> Iterator[Finding]:
    """`Invoice.open` against total less allocations."""
    settled: dict[int, int] = dict(
        Allocation.objects.values_list("invoice_id").annotate(units=exact_sum("amount"))
    )
    rows = Invoice.objects.values_list("id", "number", "currency", "total", "open")
    for pk, number, currency, total, kept in rows.iterator():
        must = money(total, currency) - from_units(settled.get(pk, 0), currency)
        if must != money(kept, currency):
            yield Finding(
                "invoice", number, f"open is {kept}, its movements say {plain(must)}"
            )


def credits_left() -> Iterator[Finding]:
    """`Credit.unallocated` against amount less allocations and counter-entries."""
    used: dict[int, int] = defaultdict(int)
    for rows in (Allocation.objects, CounterEntry.objects):
        for pk, units in rows.values_list("credit_id").annotate(
            units=exact_sum("amount")
        ):
            used[pk] += units
    credits_ = Credit.objects.values_list(
        "id", "number", "currency", "amount", "unallocated"
    )
    for pk, number, currency, amount, kept in credits_.iterator():
        must = money(amount, currency) - from_units(used[pk], currency)
        if must != money(kept, currency):
            yield Finding(
                "credit",
                number,
                f"unallocated is {kept}, its movements say {plain(must)}",
            )


def allocations_fit() -> Iterator[Finding]:
    """Allocations across clients or currencies, or before what they join."""
    wrong = Allocation.objects.filter(
        ~Q(credit__client=F("invoice__client"))
        | ~Q(currency=F("invoice__currency"))
        | ~Q(currency=F("credit__currency"))
        | Q(effective_on__lt=F("invoice__issued_on"))
        | Q(effective_on__lt=F("credit__dated_on"))
        | Q(releases__isnull=False, effective_on__lt=F("releases__effective_on"))
    )
    for pk in wrong.values_list("pk", flat=True):
        yield Finding(
            "allocation", str(pk), "joins rows of two clients, currencies or times"
        )


def releases_fit() -> Iterator[Finding]:
    """Releases of fees and interest against what they release: all of it, once."""
    wrong = CounterEntry.objects.filter(releases__isnull=False).filter(
        ~Q(amount=-F("releases__amount"))
        | ~Q(credit=F("releases__credit"))
        | ~Q(currency=F("releases__currency"))
        | ~Q(releases__kind=CounterEntry.Kind.CHARGE)
        | Q(releases__releases__isnull=False)
        | Q(dated_on__lt=F("releases__dated_on"))
    )
    for number in wrong.values_list("number", flat=True):
        yield Finding("counter-entry", number, "does not fit what it releases")


def balances_agree() -> Iterator[Finding]:
    """Balance of each account against open invoices less credits left."""
    kept: dict[tuple[int, str], int] = defaultdict(int)
    for model, field, sign in ((Invoice, "open", 1), (Credit, "unallocated", -1)):
        for client, currency, units in (
            model._default_manager.order_by()  # noqa: SLF001
            .values_list("client_id", "currency")
            .annotate(units=exact_sum(field))
        ):
            kept[client, currency] += sign * units
    owed = balances(END_OF_TIME)
    for client, currency in sorted(kept.keys() | owed.keys()):
        now = from_units(kept[client, currency], currency)
        must = owed.get((client, currency), zero(currency))
        if now != must:
            yield Finding(
                "client",
                f"{client} {currency}",
                f"open less credits is {plain(now)}, the balance is {plain(must)}",
            )


def numbers_without_gap(series: str, numbers: Iterable[str]) -> Iterator[Finding]:
    """Numbers of one series that are missing, or beyond the last one given.

    Numbers of another form came with an import and belong to no series.
    """
    given: dict[int, set[int]] = defaultdict(set)
    for number in numbers:
        parts = number.split("-")
        if len(parts) == 3 and parts[0] == series and parts[1].isdecimal():
            given[int(parts[1])].add(int(parts[2]) if parts[2].isdecimal() else 0)
    last: dict[int, int] = dict(
        NumberSeries.objects.filter(name=series).values_list("year", "last")
    )
    for year in sorted(given.keys() | last.keys()):
        expected = set(range(1, last.get(year, 0) + 1))
        for n in sorted(expected ^ given[year]):
            problem = "is missing" if n in expected else "was never given"
            yield Finding("number series", f"{series}-{year}-{n:04d}", problem)
