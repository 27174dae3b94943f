"""Recomputes every bill from its lines, and checks that it is as it was issued."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from billing.composing import Composed
from billing.drafts import left_to_correct
from billing.models import Bill, BillKind, Credit, Invoice, NumberSeries
from billing.rules.bill import Line, Rate, bill_totals
from billing.rules.money import money, plain, total
from billing.seals import seal_of
from clients.rules.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from billing.rules.bill import Totals

CHUNK = 500


def audit_bills() -> Iterator[Finding]:
    """Every bill that contradicts its lines, its invoices, or its own seal."""
    rows = (
        Bill.objects.select_related("document", "credit")
        .prefetch_related("lines", "vat_rows", "invoices")
        .order_by("pk")
    )
    for bill in rows.iterator(chunk_size=CHUNK):
        for problem in _problems(bill):
            yield Finding("bill", bill.number, problem)
    yield from bills_follow_dates()
    yield from corrections_within()


def bill_series() -> dict[str, list[str]]:
    """The numbers of bills by series; those in which the last one is missing too."""
    found: dict[str, list[str]] = {
        name: []
        for name in NumberSeries.objects.exclude(last_on=None).values_list(
            "name", flat=True
        )
    }
    for number in Bill.objects.values_list("number", flat=True).iterator():
        found.setdefault(number.partition("-")[0], []).append(number)
    return found


def bills_follow_dates() -> Iterator[Finding]:
    """Bills whose number is higher and whose date is earlier, or of another year."""
    given: dict[tuple[str, str], list[tuple[int, date, str]]] = defaultdict(list)
    for number, on in Bill.objects.values_list("number", "issued_on").iterator():
        series, _dash, rest = number.partition("-")
        year, _dash, count = rest.partition("-")
        if not (year.isdecimal() and count.isdecimal()):
            yield Finding("bill", number, "its number is of no series")
            continue
        if int(year) != on.year:
            yield Finding("bill", number, f"it is dated {on}")
        given[series, year].append((int(count), on, number))
    for numbers in given.values():
        for (_n, earlier, _number), (_m, on, number) in pairwise(sorted(numbers)):
            if on < earlier:
                yield Finding("bill", number, f"{on} lies before the number before it")


def corrections_within() -> Iterator[Finding]:
    """Invoices of which credit notes take back more than was billed."""
    corrected = Bill.objects.filter(kind=BillKind.CREDIT_NOTE, corrects__isnull=False)
    seen = set()
    rows = Invoice.objects.filter(pk__in=corrected.values("corrects"))
    for invoice in rows.select_related("bill").order_by("pk"):
        whole = invoice.bill or invoice
        if whole in seen:
            continue
        seen.add(whole)
        left = left_to_correct(invoice)
        if left.amount < 0:
            yield Finding(
                "bill",
                whole.number,
                f"credit notes take back {plain(-left)} more than was billed",
            )


def _problems(bill: Bill) -> Iterator[str]:
    content = Composed(
        bill,
        sorted(bill.lines.all(), key=lambda row: row.position),
        sorted(bill.vat_rows.all(), key=lambda row: (-row.percent, row.code)),
        sorted(bill.invoices.all(), key=lambda row: row.instalment),
    )
    if seal_of(content) != bill.seal:
        yield "something in it is not as it was issued: its seal is broken"
    yield from _figures(content)
    if bill.kind == BillKind.INVOICE:
        yield from _receivables(content)
    else:
        yield from _credit(bill)
    document = bill.document
    if document and (document.kind, document.number) != (bill.kind, bill.number):
        yield "its document is that of another one"


def _figures(content: Composed) -> Iterator[str]:
    """Lines, VAT, rounding and total against the same figures computed anew."""
    bill = content.bill
    kept = {
        "net": bill.net,
        "VAT": bill.vat,
        "rounding": bill.rounding,
        "total": bill.total,
    }
    try:
        must = _totals(content)
    except KeyError as code:
        yield f"it has no VAT row with the code {code}"
        return
    computed = {
        "net": must.net,
        "VAT": must.vat,
        "rounding": must.rounding,
        "total": must.total,
    }
    for name, figure in kept.items():
        if money(figure, bill.currency) != computed[name]:
            yield f"{name} is {figure.amount}, its lines say {plain(computed[name])}"
    for line, amount in zip(content.lines, must.amounts, strict=True):
        if money(line.amount, bill.currency) != amount:
            yield f"line {line.position} is {line.amount.amount}, not {plain(amount)}"
    rows = {row.rate.code: (row.net, row.vat) for row in must.vat_rows}
    for row in content.vat_rows:
        figures = (money(row.net, bill.currency), money(row.vat, bill.currency))
        if rows.get(row.code) != figures:
            yield f"the VAT at {row.code} is not that of its lines"


def _totals(content: Composed) -> Totals:
    bill = content.bill
    rates = {
        row.code: Rate(row.code, row.percent, row.category, row.reason)
        for row in content.vat_rows
    }
    lines = [
        Line(
            row.description,
            row.quantity,
            row.price,
            rates[row.vat_code],
            discount_percent=row.discount_percent,
        )
        for row in content.lines
    ]
    return bill_totals(
        lines,
        bill.currency,
        prices_include_vat=bill.prices_include_vat,
        round_to_five=bool(bill.rounding.amount),
    )


def _receivables(content: Composed) -> Iterator[str]:
    bill, code = content.bill, content.bill.currency
    owed = total((money(row.total, code) for row in content.invoices), code)
    if owed != money(bill.total, code):
        yield f"its invoices come to {plain(owed)}"
    for row in content.invoices:
        number = f"{bill.number}/{row.instalment}" if row.instalment else bill.number
        if (row.number, row.issued_on) != (number, bill.issued_on):
            yield f"the invoice {row.number} has another number or date"
        if (row.client_id, row.currency) != (bill.client_id, code):
            yield f"the invoice {row.number} is of another client or currency"
    due = [row.due_on for row in content.invoices]
    if due and max(due) != bill.due_on:
        yield f"it is due on {bill.due_on}, its invoices on {max(due)}"


def _credit(bill: Bill) -> Iterator[str]:
    credit: Credit | None = getattr(bill, "credit", None)
    if credit is None:
        yield "it has no credit"
        return
    kept = (credit.number, credit.dated_on, credit.client_id, credit.kind)
    if kept != (bill.number, bill.issued_on, bill.client_id, bill.kind):
        yield f"the credit {credit.number} has another number, date or client"
    if (credit.amount, credit.currency) != (bill.total, bill.currency):
        yield f"its credit is {credit.amount.amount}"
