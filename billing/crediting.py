"""Reads what the waiting credits of a client could settle today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing.models import Credit, InvoiceMark
from billing.rules.crediting import Waiting, assign
from billing.rules.money import money, plain, total
from billing.settlement import open_now

if TYPE_CHECKING:
    from datetime import date

    from moneyed import Money

    from billing.rules.crediting import Assignment

# What was received without money stands and falls with its own invoice.
FREE = (Credit.Kind.PAYMENT, Credit.Kind.CREDIT_NOTE)


@dataclass(frozen=True, slots=True)
class CreditPlan:
    """What is left of a client's credits in a currency, and what it would settle."""

    left: Money
    open: Money
    parts: list[Assignment]

    @property
    def amount(self) -> Money:
        """What would be allocated."""
        return total((part.amount for part in self.parts), self.left.currency.code)

    @property
    def rest(self) -> Money:
        """What would stay with the client."""
        return self.left - self.amount

    @property
    def invoices(self) -> int:
        """How many invoices it would settle, wholly or in part."""
        return len({part.item.invoice_id for part in self.parts})

    @property
    def seen(self) -> str:
        """The proposal as a form sends it back: exactly this is booked, or nothing."""
        return ",".join(
            f"{part.credit.credit_id}-{part.item.invoice_id}-{plain(part.amount)}"
            for part in self.parts
        )


def credit_plan(client: int, currency: str, today: date) -> CreditPlan:
    """What the credits of a client in a currency are proposed to settle."""
    waiting = waiting_credits(client, currency, today)
    items = open_now(client, currency)
    return CreditPlan(
        total((credit.left for credit in waiting), currency),
        total((item.open for item in items), currency),
        assign(waiting, items, contested(client, currency, today)),
    )


def waiting_credits(client: int, currency: str, today: date) -> list[Waiting]:
    """Payments and credit notes of which something is left, the oldest first."""
    rows = Credit.objects.filter(
        client=client,
        currency=currency,
        unallocated__gt=0,
        kind__in=FREE,
        dated_on__lte=today,
    )
    return [
        Waiting(pk, number, dated_on, money(left, currency), reference)
        for pk, number, dated_on, left, reference in rows.order_by(
            "dated_on", "pk"
        ).values_list("pk", "number", "dated_on", "unallocated", "reference")
    ]


def contested(client: int, currency: str, today: date) -> dict[int, Money]:
    """What is disputed or given up of open invoices, by invoice (id)."""
    marks = InvoiceMark.objects.filter(
        invoice__client=client,
        invoice__currency=currency,
        invoice__open__gt=0,
        ended_on=None,
    ).exclude(until__lt=today)
    found: dict[int, Money] = {}
    for invoice, opened, part in marks.values_list(
        "invoice_id", "invoice__open", "amount"
    ):
        amount = money(opened if part is None else part, currency)
        found[invoice] = max(amount, found.get(invoice, amount))
    return found
