"""A large ledger in a minute: many clients, many invoices, most of them paid.

Rows are made by the database itself: a million through Python take ten minutes.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.management.color import no_style
from django.db import connection, transaction
from django.utils import timezone

from billing.models import Credit, Invoice
from clients.bulk import insert_rows
from clients.models import Client, search_key

YEARS = 5
# One invoice of so many is open: a prime, so that most clients have some.
OPEN = 17
WORDS = [
    "Alpen",
    "Basel",
    "Chenal",
    "Dorfbach",
    "Egger",
    "Fontaine",
    "Genoud",
    "Huber",
    "Imhof",
    "Jura",
    "Keller",
    "Lavaux",
    "Müller",
    "Nyon",
    "Orbe",
    "Perret",
    "Quartier",
    "Rossier",
    "Schmid",
    "Tanner",
    "Uhlmann",
    "Vevey",
    "Weber",
    "Zünd",
]
FORMS = ["AG", "SA", "GmbH", "Sàrl", "& Fils", "& Co.", "Treuhand", "Immobilien"]
CLIENT = [
    "number",
    "name",
    "kind",
    "street",
    "extra",
    "postcode",
    "city",
    "country",
    "language",
    "currency",
    "email",
    "notes",
    "search",
    "created_at",
]


def fill(clients: int, invoices: int, today: dt.date, *, every: int = OPEN) -> None:
    """As many clients and invoices in all, over five years; most with payments.

    One of `every` so many is open.

    In a database of its own: keys are counted from one.
    """
    now = timezone.now()
    known, there = Client.objects.count(), Invoice.objects.count()
    with transaction.atomic():
        insert_rows(Client, CLIENT, [client_row(n, now) for n in range(known, clients)])
        with connection.cursor() as cursor:
            without_triggers(cursor)
            for statement in statements(clients, there, invoices, today, every):
                cursor.execute(statement)
    with connection.cursor() as cursor:
        for reset in connection.ops.sequence_reset_sql(no_style(), [Invoice, Credit]):
            cursor.execute(reset)
        vendor = connection.vendor
        cursor.execute(
            "VACUUM ANALYZE" if vendor == "postgresql" else "PRAGMA optimize"
        )


def without_triggers(cursor: Any) -> None:
    """On PostgreSQL, for whoever may: a million rows in two minutes, not in thirty."""
    if connection.vendor != "postgresql":
        return
    cursor.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
    if cursor.fetchone()[0]:
        cursor.execute("SET LOCAL session_replication_role = replica")


def client_row(n: int, now: dt.datetime) -> tuple:
    name = f"{WORDS[n % 24]} {WORDS[n // 24 % 24]} {FORMS[n // 7 % 8]} {n}"
    number = f"K-{n:06d}"
    mail = f"c{n}@example.org" if n % 9 else ""
    return (
        *(number, name, "company", f"Rue {n}", "", "1200", WORDS[n % 24], "CH"),
        *(("fr", "de", "en")[n % 3], "CHF", mail, "", search_key(name, number), now),
    )


def statements(
    clients: int, there: int, invoices: int, today: dt.date, every: int
) -> list[str]:
    """Invoices, payments, allocations, marks; every key counted from one."""
    lite = connection.vendor == "sqlite"
    ago = f"(i * 7919 % {YEARS * 365})"
    issued = f"date('{today}', (0 - {ago}) || ' days')"
    due = f"date('{today}', (30 - {ago}) || ' days')"
    text = "printf('%08d', i)"
    on = f"min(due_on, '{today}')"
    if not lite:
        issued = f"DATE '{today}' - {ago}::int"
        due = f"DATE '{today}' + 30 - {ago}::int"
        text = "lpad(i::text, 8, '0')"
        on = f"least(due_on, DATE '{today}')"
    # Most clients have few invoices, some have thousands.
    owner = f"1 + CASE WHEN i % 10 = 0 THEN i / 10 % {max(clients // 100, 1)} ELSE i * 31 % {clients} END"
    total = "(1000 + i * 37 % 900000) / 100.0"
    code = (
        "CASE WHEN i % 50 = 0 THEN 'USD' WHEN i / 3 % 4 = 3 THEN 'EUR' ELSE 'CHF' END"
    )
    rows = f"WITH RECURSIVE n(i) AS (SELECT CAST({there + 1} AS bigint) UNION ALL SELECT i + 1 FROM n WHERE i < {invoices})"  # noqa: S608
    now = "CURRENT_TIMESTAMP"
    return [
        f"""INSERT INTO billing_invoice (id, client_id, number, issued_on, due_on,
            currency, total, open, level, deadline_on, source, created_at) {rows}
            SELECT i, {owner}, 'F-' || {text}, {issued}, {due}, {code}, {total},
            CASE WHEN i % {every} = 0 THEN {total} ELSE 0 END,
            CASE WHEN i % {every} = 0 THEN i / {every} % 4 ELSE 0 END,
            {due}, 'bench', {now} FROM n""",  # noqa: S608
        f"""INSERT INTO billing_credit (id, client_id, kind, number, dated_on, currency,
            amount, unallocated, reference, created_at)
            SELECT id, client_id, 'payment', 'P-' || number, {on}, currency,
            total + CASE WHEN id % 1000 = 1 THEN 5 ELSE 0 END,
            CASE WHEN id % 1000 = 1 THEN 5 ELSE 0 END, '', {now}
            FROM billing_invoice WHERE open = 0 AND id > {there} ORDER BY id""",  # noqa: S608
        f"""INSERT INTO billing_allocation (credit_id, invoice_id, currency, amount,
            effective_on, created_at) SELECT id, id, currency, total, {on}, {now}
            FROM billing_invoice WHERE open = 0 AND id > {there} ORDER BY id""",  # noqa: S608
        f"""INSERT INTO billing_invoicemark (invoice_id, kind, since, reason,
            created_at, end_reason) SELECT id, CASE WHEN id % 3 = 0 THEN 'disputed'
            ELSE 'uncollectible' END, issued_on, 'bench', {now}, ''
            FROM billing_invoice WHERE open > 0 AND id % {40 * every} = 0 AND id > {there}""",  # noqa: S608
    ]
