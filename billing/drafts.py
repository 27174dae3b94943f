"""Reads drafts: their lines with rates, their figures, what is left to correct."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from billing.billing_settings import all_vat_rates, as_rate, rates_by_code
from billing.models import Bill, BillKind, CounterEntry, Draft, Invoice
from billing.rules.bill import Line, Rate, bill_totals
from billing.rules.money import money, total

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.models import QuerySet
    from moneyed import Money

    from billing.models import DraftLine
    from billing.rules.bill import Totals


def open_drafts() -> QuerySet[Draft]:
    """The drafts people work on; not the patterns of recurring invoices."""
    return Draft.objects.filter(recurrence=None)


def lines_of(draft: Draft, rates: Mapping[str, Rate] | None = None) -> list[Line]:
    """The lines with their rates, as they are now; KeyError for an unknown code.

    `rates` saves the queries where many drafts are read.
    """
    known = rates_for(draft, rates)
    return with_rates(draft.lines.all(), known)


def with_rates(rows: Iterable[DraftLine], rates: Mapping[str, Rate]) -> list[Line]:
    """Lines of a draft, stored or not, as the arithmetic wants them."""
    return [
        Line(
            description=row.description,
            quantity=row.quantity,
            price=row.price,
            rate=rates[row.vat_code],
            unit=row.unit,
            discount_percent=row.discount_percent,
        )
        for row in rows
    ]


def totals_of(draft: Draft, rates: Mapping[str, Rate] | None = None) -> Totals:
    """What the draft comes to; KeyError for an unknown VAT code."""
    return figures(draft, lines_of(draft, rates))


def figures(draft: Draft, lines: list[Line]) -> Totals:
    """What lines come to with the currency, prices and rounding of a draft."""
    return bill_totals(
        lines,
        draft.currency,
        prices_include_vat=draft.prices_include_vat,
        round_to_five=draft.round_to_five,
    )


def rates_for(draft: Draft, rates: Mapping[str, Rate] | None = None) -> dict[str, Rate]:
    """Every rate by its code; a correction has those that its bill was issued with.

    So a full credit note comes to what was billed, whatever became of the rates.
    """
    known = dict(rates_by_code() if rates is None else rates)
    if draft.corrects and draft.corrects.bill:
        for row in draft.corrects.bill.vat_rows.all():
            known[row.code] = Rate(row.code, row.percent, row.category, row.reason)
    return known


def offered_rates(draft: Draft) -> dict[str, Rate]:
    """The rates a line of the draft may be given: those offered, and its own."""
    rows = all_vat_rates()
    every = rates_for(draft, {row.code: as_rate(row) for row in rows})
    own = {line.vat_code for line in draft.lines.all()} if draft.pk else set()
    hidden = {row.code for row in rows if not row.active} - own
    return {code: rate for code, rate in every.items() if code not in hidden}


def left_to_correct(invoice: Invoice) -> Money:
    """What credit notes may still take back of what was billed, or of the invoice."""
    whole = invoice.bill.total if invoice.bill else invoice.total
    reversed_ = {"credit__counter_entries__kind": CounterEntry.Kind.REVERSAL}
    done = corrections(invoice).exclude(**reversed_).values_list("total", flat=True)
    code = invoice.currency
    return money(whole, code) - total((money(part, code) for part in done), code)


def corrections(invoice: Invoice) -> QuerySet[Bill]:
    """The credit notes that correct the invoice or another instalment of its bill."""
    notes = Bill.objects.filter(kind=BillKind.CREDIT_NOTE)
    if invoice.bill_id:
        return notes.filter(corrects__bill=invoice.bill_id)
    return notes.filter(corrects=invoice)


def begun_corrections(invoice: Invoice) -> QuerySet[Draft]:
    """The drafts of such credit notes."""
    same = Q(corrects=invoice)
    if invoice.bill_id:
        same |= Q(corrects__bill=invoice.bill_id)
    return Draft.objects.filter(same, kind=BillKind.CREDIT_NOTE)
