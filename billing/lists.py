"""Reads what the pages of invoices and payments list beside their tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing.models import Credit, Invoice
from billing.rules.money import money, zero

if TYPE_CHECKING:
    from moneyed import Money

    from billing.models import Allocation


@dataclass(frozen=True, slots=True)
class SettledParts:
    """What settled an invoice: each dated part, and their sums by kind."""

    rows: list[Allocation]
    paid: Money
    credited: Money
    written_off: Money


def settled_parts(invoice: Invoice) -> SettledParts:
    """Total − paid − credited − written off = open."""
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
        sums[Credit.Kind.WRITE_OFF],
    )


def currencies() -> list[str]:
    """The currencies of the ledger, in order."""
    invoiced = Invoice.objects.order_by().values_list("currency")
    received = Credit.objects.order_by().values_list("currency")
    return sorted(code for (code,) in invoiced.union(received))
