"""Lists, filters, searches and figures over a large ledger, page by page."""

from __future__ import annotations

import time
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client as Browser
from django.utils.timezone import localdate

from billing.models import Invoice
from clients.models import Client
from tests import make
from tests.bench.ledger import fill

SIZES = ((100, 1_000), (20_000, 1_000_000))
TIMES = 15


def pages() -> dict[str, str]:
    """What people open, with a client of middling size and a number that exists."""
    client = Client.objects.order_by("pk")[Client.objects.count() // 2].pk
    number = Invoice.objects.order_by("pk")[Invoice.objects.count() // 2].number
    today = localdate()
    return {
        "invoices": "/invoices/",
        "invoices, last page": "/invoices/?page=999999",
        "invoices, overdue": "/invoices/?status=overdue",
        "invoices, paid": "/invoices/?status=paid",
        "invoices, disputed": "/invoices/?status=disputed",
        "invoices in EUR": "/invoices/?currency=EUR",
        "invoices of a client": f"/invoices/?client={client}",
        "invoices due this month": f"/invoices/?due_from={today.replace(day=1)}&due_to={today}",
        "invoices by amount open": "/invoices/?sort=-open",
        "invoices by client": "/invoices/?sort=client",
        "invoices by due date": "/invoices/?sort=due_on",
        "search: a number": f"/invoices/?q={number}",
        "search: part of a number": f"/invoices/?q={number[4:]}",
        "search: a name": "/invoices/?q=muller",
        "search: nothing found": "/invoices/?q=xyzzy",
        "payments": "/payments/",
        "payments not allocated": "/payments/?left=on",
        "payments, search": "/payments/?q=rossier",
        "clients": "/clients/",
        "clients, search": "/clients/?q=lavaux",
        "a client": f"/clients/{client}/",
        "a client, invoices": f"/clients/{client}/?tab=invoices",
        "a client, timeline": f"/clients/{client}/?tab=timeline",
        "home": "/",
        "aged receivables": "/aged/",
    }


def measure_lists(_folder: Path) -> None:
    """p95 and queries of every page, with a thousand and with a million invoices."""
    settings.ALLOWED_HOSTS = ["*"]
    make.company()
    person = User.objects.create_superuser("bench")
    seen: dict[str, int] = {}
    grown: list[str] = []
    for clients, invoices in SIZES:
        grow(clients, invoices)
        browser = Browser()
        browser.force_login(person)
        print(f"{invoices:,} invoices of {clients:,} clients")
        for name, path in pages().items():
            spent, queries = opened(browser, path)
            if seen.setdefault(name, queries) != queries:
                grown.append(f"{name}: {queries} queries, not {seen[name]}")
            print(
                f"  {name:<28} p50 {spent[len(spent) // 2]:6.0f} ms   p95 "
                f"{spent[int(len(spent) * 0.95)]:6.0f} ms  {queries:3d} queries",
                flush=True,
            )
    assert not grown, grown


def grow(clients: int, invoices: int) -> None:
    start = time.perf_counter()
    fill(clients, invoices, localdate())
    print(f"filled in {time.perf_counter() - start:.0f} s")


def opened(browser: Browser, path: str) -> tuple[list[float], int]:
    """Milliseconds of each request, sorted, and the queries of one, after a first."""
    count = [0]

    def counting(execute, sql, params, many, context):
        count[0] += 1
        return execute(sql, params, many, context)

    assert browser.get(path).status_code == 200
    with connection.execute_wrapper(counting):
        browser.get(path)
    spent = []
    for _ in range(TIMES):
        start = time.perf_counter()
        browser.get(path)
        spent.append((time.perf_counter() - start) * 1000)
    return sorted(spent), count[0]
