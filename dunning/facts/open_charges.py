"""Reads charges as pages show them, and which payments could pay them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.db.models import Prefetch

from billing.models import Credit
from billing.rules.money import money, plain, total, zero
from dunning.models import Charge, ChargeEvent
from dunning.rules.sharing import Owed, share_out

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from django.db.models import QuerySet
    from moneyed import Money

PAYING = (Credit.Kind.PAYMENT, Credit.Kind.CREDIT_NOTE)


@dataclass(frozen=True, slots=True)
class Offer:
    """What is left of a payment, and what it would pay with one click."""

    credit: Credit
    amount: Money
    charges: tuple[int, ...]
    letters: str

    @property
    def figure(self) -> str:
        """The amount alone, as the form sends it back."""
        return plain(self.amount)

    @property
    def keys(self) -> str:
        """The keys of the charges, as the form sends them back."""
        return ",".join(str(key) for key in self.charges)

    @property
    def form_key(self) -> str:
        """The key with which this very form is booked once."""
        return str(uuid4())


@dataclass(frozen=True, slots=True)
class Sum:
    """What was charged and what is open, in one currency."""

    charged: Money
    open: Money


@dataclass(frozen=True, slots=True)
class Shown:
    """Charges with what became of them, their sums by currency, and the offers."""

    rows: Sequence[Charge]
    sums: Sequence[Sum]
    offers: Sequence[Offer]


def shown(charges: QuerySet[Charge]) -> Shown:
    """Some charges of one client for a page; four queries."""
    events = ChargeEvent.objects.select_related(
        "person", "entry__credit", "notice", "taken_back_by"
    )
    rows = list(with_names(charges).prefetch_related(_prefetch(events)).order_by("pk"))
    return Shown(rows, sums_of(rows), offers(rows))


def with_names(charges: QuerySet[Charge]) -> QuerySet[Charge]:
    """With their letters, invoices and clients, as lists and pages name them."""
    return charges.select_related("notice", "invoice", "client").defer(
        "notice__opening", "notice__closing", "notice__body", "notice__address"
    )


def sums_of(rows: Iterable[Charge]) -> list[Sum]:
    """What was charged and is open, by currency, never across."""
    by_code: dict[str, list[Charge]] = defaultdict(list)
    for row in rows:
        by_code[row.currency].append(row)
    return [
        Sum(
            total((money(row.amount, code) for row in mine), code),
            total((money(row.open, code) for row in mine), code),
        )
        for code, mine in sorted(by_code.items())
    ]


def offers(rows: Collection[Charge]) -> list[Offer]:
    """What the client's payments could pay of them, the oldest payment first."""
    owed = [owed_of(row) for row in rows if row.open]
    if not owed:
        return []
    by_key = {row.pk: row for row in rows}
    credits_ = Credit.objects.filter(
        client__in={row.client_id for row in rows},
        kind__in=PAYING,
        unallocated__above_zero=True,
    )
    found = []
    for credit in credits_.order_by("dated_on", "pk"):
        mine = [row for row in owed if _pays(credit, by_key[row.charge])]
        parts = share_out(money(credit.unallocated, credit.currency), mine)
        if not parts:
            continue
        found.append(_offer(credit, parts, [by_key[pk] for pk in parts]))
        owed = _less(owed, parts)
    return found


def owed_of(charge: Charge) -> Owed:
    """What is open of a charge."""
    left = money(charge.open, charge.currency)
    return Owed(charge.pk, charge.kind, charge.dated_on, left)


def credits_for(charge: Charge) -> QuerySet[Credit]:
    """Payments and credit notes of its client with something left."""
    return Credit.objects.filter(
        client=charge.client_id,
        currency=charge.currency,
        kind__in=PAYING,
        unallocated__above_zero=True,
    ).order_by("dated_on", "pk")


def _offer(credit: Credit, parts: dict[int, Money], rows: list[Charge]) -> Offer:
    letters = dict.fromkeys(row.notice.number for row in rows)
    amount = total(parts.values(), credit.currency)
    return Offer(credit, amount, tuple(parts), ", ".join(letters))


def _pays(credit: Credit, charge: Charge) -> bool:
    return (credit.client_id, credit.currency) == (charge.client_id, charge.currency)


def _less(owed: list[Owed], parts: dict[int, Money]) -> list[Owed]:
    rest = [
        row._replace(
            open=row.open - parts.get(row.charge, zero(row.open.currency.code))
        )
        for row in owed
    ]
    return [row for row in rest if row.open.amount > 0]


def _prefetch(events: QuerySet[ChargeEvent]) -> Prefetch[Any]:
    return Prefetch("events", events.order_by("pk"))
