"""What a credit note settles: the invoice that it corrects, the oldest due first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.models import Invoice
from billing.rules.money import money, zero

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet
    from moneyed import Money


def whole_of(corrected: Invoice) -> QuerySet[Invoice]:
    """The invoice, or all the instalments of its bill."""
    if corrected.bill_id:
        return Invoice.objects.filter(bill=corrected.bill_id)
    return Invoice.objects.filter(pk=corrected.pk)


def parts_of(rows: Iterable[Invoice], amount: Money) -> list[tuple[Invoice, Money]]:
    """What each of the invoices gets of an amount, up to what is open of it."""
    parts = []
    left, nothing = amount, zero(amount.currency.code)
    for row in sorted(rows, key=lambda row: (row.due_on, row.instalment)):
        part = min(left, money(row.open, row.currency))
        if part > nothing:
            parts.append((row, part))
            left -= part
    return parts
