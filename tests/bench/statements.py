"""Statements of 10 to 10,000 movements, piece by piece; then of a thousand clients."""

from __future__ import annotations

import datetime as dt
import os
from decimal import Decimal
from pathlib import Path

from django.utils import timezone

from billing.models import Allocation, Credit, Invoice
from clients.bulk import insert_rows
from clients.models import Client
from delivery import pdf
from delivery.press import drawing
from statements.actions import issue_turns
from statements.actions.issuing import Asked
from statements.models import Statement
from statements.rules.orders import Order
from statements.turning import turns
from tests import make
from tests.bench.measure import cost, row

FIRST, END = dt.date(2025, 1, 1), dt.date(2026, 12, 31)
SIZES = (10, 1_000, 10_000)
CLIENTS = 1_000


def measure_statements(_folder: Path) -> None:
    """Each piece alone, in this process: a press would only add its processes."""
    make.company()
    drawing.html_to_pdf("<p>The fonts are read.</p>")
    for count in SIZES:
        asked = asked_of(client_with(count))
        with cost() as spent:
            data = asked.data()
        row(f"{count:>6,} movements: figures", spent)
        with cost() as spent:
            html = asked.html(data)
        row(f"{'':>6} HTML", spent, f"{len(html) / 1000:.0f} kB")
        with cost() as spent:
            sheet = asked.sheet(data)
        row(f"{'':>6} HTML and the files inside", spent)
        with cost() as spent:
            content = drawing.html_to_pdf(sheet.html, sheet.extras)
        pages = pdf.page_count(content)
        row(f"{'':>6} PDF", spent, f"{pages} pages, {len(content) / 1000:.0f} kB")
    in_bulk()


def in_bulk() -> None:
    """A thousand clients, ten movements each, drawn on every core and kept."""
    before = Statement.objects.count()
    owners = [client_with(10) for _ in range(CLIENTS)]
    order = Order(end=END, kind=Statement.Kind.ACTIVITY)
    pdf.render_pdf("<p>The press is warm.</p>")
    with cost() as spent:
        due = turns(order, [owner.pk for owner in owners])
        made = list(issue_turns(due, order, issued_on=END, person=None))
    count = Statement.objects.count() - before
    assert count == len(made) == CLIENTS
    print(
        f"{count:,} statements issued in {spent.wall:.1f} s: "
        f"{count / spent.wall / (os.cpu_count() or 1):.1f} a second and core, "
        f"{spent.queries / count:.1f} queries each"
    )


def asked_of(client: Client) -> Asked:
    """The account of two years."""
    return Asked(
        client, FIRST, END, "activity", False, "fr", END, None, f"bench-{client.pk}"
    )


def client_with(movements: int) -> Client:
    """So many movements over two years: half invoices, half payments of most of them."""
    owner, now = make.client(), timezone.now()
    count = movements // 2
    days = [FIRST + dt.timedelta(n * 700 // count) for n in range(count)]
    numbers = [f"B{owner.pk}-{n:05d}" for n in range(count)]
    fields = ["client_id", "number", "issued_on", "due_on", "currency", "total"]
    fields += ["open", "level", "deadline_on", "source", "created_at"]
    # The last ones are not paid yet.
    opened = set(numbers[-max(1, count // 10) :])
    insert_rows(
        Invoice,
        fields,
        [
            (
                *(owner.pk, number, day, day + dt.timedelta(30), "CHF", Decimal(100)),
                *(Decimal(100 if number in opened else 0), 0, day, "bench", now),
            )
            for number, day in zip(numbers, days, strict=True)
        ],
    )
    pay(owner, count, days, opened, now)
    return owner


def pay(
    owner: Client, count: int, days: list[dt.date], opened: set[str], now: dt.datetime
) -> None:
    """As many payments; those beyond the paid invoices are not allocated."""
    paid = [
        invoice
        for invoice in owner.invoices.order_by("number")
        if invoice.number not in opened
    ]
    insert_rows(
        Credit,
        [
            *("client_id", "kind", "number", "dated_on", "currency", "amount"),
            *("unallocated", "reference", "created_at"),
        ],
        [
            (
                *(owner.pk, "payment", f"P{owner.pk}-{n:05d}", day, "CHF"),
                *(Decimal(100), Decimal(0 if n < len(paid) else 100), "", now),
            )
            for n, day in enumerate(day + dt.timedelta(20) for day in days)
        ],
    )
    credits_ = owner.credits.order_by("number")[: len(paid)]
    insert_rows(
        Allocation,
        ["credit_id", "invoice_id", "currency", "amount", "effective_on", "created_at"],
        [
            (credit.pk, invoice.pk, "CHF", Decimal(100), credit.dated_on, now)
            for credit, invoice in zip(credits_, paid, strict=True)
        ],
    )
