"""Reads what the pages of invoices and payments list beside their tables."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection
from django.db.models import Case, CharField, Value, When

from billing.models import Credit, Invoice, InvoiceMark, exact_sum
from billing.models.invoice import marked, past_deadline
from billing.rules.ageing import BUCKETS, Ageing
from billing.rules.money import from_units, money, zero

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from django.db.models import QuerySet
    from moneyed import Money

    from billing.models import Allocation


class Account(NamedTuple):
    """What a client owes today in one currency, in thousandths until it is shown."""

    client_id: int
    currency: str
    open_units: int
    overdue_units: int
    left_units: int

    @property
    def balance_units(self) -> int:
        """What is open, less credits that wait to be put to an invoice."""
        return self.open_units - self.left_units

    @property
    def open(self) -> Money:
        """What is open."""
        return from_units(self.open_units, self.currency)

    @property
    def overdue(self) -> Money:
        """What of it is past its last deadline."""
        return from_units(self.overdue_units, self.currency)

    @property
    def unallocated(self) -> Money:
        """Credits that wait to be put to an invoice."""
        return from_units(self.left_units, self.currency)

    @property
    def balance(self) -> Money:
        """What is open, less what is not put to an invoice."""
        return from_units(self.balance_units, self.currency)


def accounts(today: date, clients: Collection[int] | None = None) -> list[Account]:
    """Every client and currency in which something is open or left, today.

    From the figures kept with invoices and credits: two queries, however many
    clients; `facts` answers for any other day.
    """
    unpaid = Invoice.objects.order_by().filter(open__above_zero=True)
    left = Credit.objects.order_by().filter(unallocated__above_zero=True)
    if clients is not None:
        unpaid, left = (
            unpaid.filter(client__in=clients),
            left.filter(client__in=clients),
        )
    found: dict[tuple[int, str], Account] = {}
    for client, code, opened, late in unpaid.values_list(
        "client_id", "currency"
    ).annotate(opened=exact_sum("open"), late=exact_sum("open", past_deadline(today))):
        found[client, code] = Account(client, code, opened, late, 0)
    for client, code, units in left.values_list("client_id", "currency").annotate(
        units=exact_sum("unallocated")
    ):
        account = found.get((client, code)) or Account(client, code, 0, 0, 0)
        found[client, code] = account._replace(left_units=units)
    return [found[key] for key in sorted(found)]


def ageing(today: date, clients: Collection[int] | None = None) -> list[Ageing]:
    """What is open today by age, in each currency, summed in the database."""
    ages = Case(
        *[
            When(due_on__gte=today - timedelta(days=last), then=Value(name))
            for name, (_first, last) in BUCKETS.items()
            if last is not None
        ],
        default=Value(list(BUCKETS)[-1]),
        output_field=CharField(),
    )
    unpaid = Invoice.objects.filter(open__above_zero=True)
    left = Credit.objects.filter(unallocated__above_zero=True)
    if clients is not None:
        unpaid, left = (
            unpaid.filter(client__in=clients),
            left.filter(client__in=clients),
        )
    opened: dict[str, dict[str, Money]] = defaultdict(dict)
    grouped = unpaid.order_by().annotate(age=ages).values_list("currency", "age")
    for code, age, units in grouped.annotate(units=exact_sum("open")):
        opened[code][age] = from_units(units, code)
    waiting = _by_currency(left, "unallocated")
    return [
        Ageing(
            code,
            {age: opened[code].get(age, zero(code)) for age in BUCKETS},
            waiting.get(code, zero(code)),
        )
        for code in sorted(opened.keys() | waiting.keys())
    ]


def unpaid_between(first: date, last: date) -> dict[str, Money]:
    """What is open and due from the first day to the last, by currency."""
    rows = Invoice.objects.filter(open__above_zero=True, due_on__range=(first, last))
    return _by_currency(rows, "open")


def received(first: date, last: date) -> dict[str, Money]:
    """Payments with a value date from the first day to the last, by currency."""
    rows = Credit.objects.filter(
        kind=Credit.Kind.PAYMENT, dated_on__range=(first, last)
    )
    return _by_currency(rows, "amount")


def dso(today: date, period: timedelta) -> dict[str, int]:
    """Days sales outstanding: what is open by what was invoiced in the period.

    "Non payé" is left out of it (domain §14); nothing is said of a currency in
    which nothing was invoiced.
    """
    invoices = Invoice.objects.filter(issued_on__lte=today)
    recent = invoices.filter(issued_on__gt=today - period)
    open_ = _by_currency(
        invoices.filter(~marked(InvoiceMark.Kind.UNCOLLECTIBLE), open__above_zero=True),
        "open",
    )
    return {
        code: int(
            open_.get(code, zero(code)).amount * period.days / sales.amount
            + Decimal("0.5")
        )
        for code, sales in _by_currency(recent, "total").items()
    }


def _by_currency(rows: QuerySet[Any], field: str) -> dict[str, Money]:
    found = rows.order_by().values_list("currency").annotate(units=exact_sum(field))
    return {code: from_units(units, code) for code, units in found.order_by("currency")}


@dataclass(frozen=True, slots=True)
class SettledParts:
    """What settled an invoice: each dated part, and their sums by kind."""

    rows: list[Allocation]
    paid: Money
    credited: Money
    discounted: Money
    written_off: Money


def settled_parts(invoice: Invoice) -> SettledParts:
    """Total − paid − credited − discount − written off = open."""
    rows = list(
        invoice.allocations.select_related("credit").order_by("effective_on", "pk")
    )
    sums = {kind: zero(invoice.currency) for kind in Credit.Kind.values}
    for row in rows:
        sums[row.credit.kind] += money(row.amount, row.currency)
    return SettledParts(
        rows,
        sums[Credit.Kind.PAYMENT],
        sums[Credit.Kind.CREDIT_NOTE],
        sums[Credit.Kind.DISCOUNT],
        sums[Credit.Kind.WRITE_OFF],
    )


def currencies() -> list[str]:
    """The currencies of the ledger, in order."""
    tables = (Invoice._meta.db_table, Credit._meta.db_table)  # noqa: SLF001
    with connection.cursor() as cursor:
        found = [code for table in tables for code in _codes(cursor, table)]
    return sorted(set(found))


def _codes(cursor: Any, table: str) -> list[str]:
    """Each currency of a table, from one to the next in its index.

    DISTINCT would read every row.
    """
    name = connection.ops.quote_name(table)
    cursor.execute(
        f"""WITH RECURSIVE code(c) AS (
            SELECT MIN(currency) FROM {name} UNION ALL
            SELECT (SELECT MIN(currency) FROM {name} WHERE currency > c)
            FROM code WHERE c IS NOT NULL
        ) SELECT c FROM code WHERE c IS NOT NULL"""  # noqa: S608
    )
    return [code for (code,) in cursor.fetchall()]
