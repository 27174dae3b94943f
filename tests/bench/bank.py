"""A camt.053 of 10,000 entries against 50,000 open invoices."""

from __future__ import annotations

import datetime as dt
import resource
from decimal import Decimal
from pathlib import Path

from django.test import Client as Browser
from django.utils import timezone

from billing.actions.bank import Source, keep_bank_file
from billing.actions.bank_booking import book_exact
from billing.actions.bank_undo import undo_file
from billing.bank.matching import matches
from billing.models import Invoice
from billing.rules.references import scor_reference
from clients.bulk import insert_rows
from clients.models import Client, search_key
from tests import make
from tests.bench.measure import cost, row
from tests.billing import banking

CLIENTS, OPEN = 2_000, 50_000
DUE = dt.date(2026, 1, 5)


def measure_bank(_folder: Path) -> None:
    """Read and keep, match all, book the exact ones, undo; small and large."""
    make.company()
    ids = clients()
    invoices(ids)
    for count in (1_000, 10_000):
        source = Source(f"{count}.xml", file_of(count))
        print(f"a file of {count} entries, {len(source.content) / 1024**2:.1f} MB")
        with cost() as spent:
            [file] = keep_bank_file(source)
        row("read and kept", spent, peak())
        entries = list(file.entries.all())
        with cost() as spent:
            found = matches(entries)
        sure = sum(m.confidence.value == "exact" for m in found.values())
        some = sum(bool(m.parts) for m in found.values())
        row("matched", spent, f"{peak()}, {sure} exact, {some - sure} proposed")
        with cost() as spent:
            booked = book_exact(file, today=banking.ago(0))
        row(f"{booked} exact references booked", spent, peak())
        page_of(file.pk)
        with cost() as spent:
            undo_file(file, today=banking.ago(0))
        row("undone", spent, peak())


def page_of(file: int) -> None:
    """The work list of the file, as the browser asks for it."""
    from django.contrib.auth.models import User

    person = User.objects.filter(is_superuser=True).first()
    browser = Browser(headers={"host": "localhost"})
    browser.force_login(person or User.objects.create_superuser("bench"))
    browser.get(f"/bank/work/?file={file}")
    with cost() as spent:
        browser.get(f"/bank/work/?file={file}")
    row("a page of the work list", spent, peak())


def peak() -> str:
    """The most memory this process has ever had."""
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB at most"


def clients() -> list[int]:
    names = ["number", "name", "kind", "street", "extra", "postcode", "city"]
    names += ["country", "language", "currency", "email", "notes", "search"]
    insert_rows(
        Client,
        [*names, "created_at"],
        [
            [
                *(f"BK-{n:05d}", f"Payer {n} SA", "company", "", "", "", ""),
                *("CH", "fr", "CHF", "", "", search_key(f"Payer {n} SA")),
                timezone.now(),
            ]
            for n in range(CLIENTS)
        ],
    )
    rows = Client.objects.filter(number__startswith="BK-").order_by("pk")
    return list(rows.values_list("pk", flat=True))


def number_of(n: int) -> str:
    return f"F-2025-{n + 1:04d}"


def invoices(ids: list[int]) -> None:
    names = ["client_id", "number", "issued_on", "due_on", "currency", "total", "open"]
    names += ["level", "deadline_on", "source", "created_at", "reference"]
    insert_rows(
        Invoice,
        names,
        [
            [
                *(ids[n % CLIENTS], number_of(n), DUE - dt.timedelta(30), DUE, "CHF"),
                *(amount_of(n), amount_of(n), 0, DUE, "bench", timezone.now()),
                scor_reference(number_of(n)),
            ]
            for n in range(OPEN)
        ],
    )


def amount_of(n: int) -> Decimal:
    return Decimal(1000 + n % 977) / 10


def file_of(count: int) -> bytes:
    """Eight of ten with a reference, one with a number in its text, one with none."""
    return banking.statement(
        *(
            banking.came(
                f"{amount_of(n):.2f}",
                name=f"Payer {n % CLIENTS} SA",
                text=[f"Facture {number_of(n)}"] if n % 10 == 8 else ["merci"],
                ref=f"{count}-{n}",
                on=1 + n % 5,
                **(
                    {"reference": scor_reference(number_of(n)), "kind": "SCOR"}
                    if n % 10 < 8
                    else {}
                ),
            )
            for n in range(count)
        )
    )
