"""Runs inside a large ledger: proposal, issue and undo of more and more invoices.

The ledger is kept between runs of the bench: on SQLite as a file in BENCH_FOLDER
(var/bench), on PostgreSQL as the database that DATABASE_URL names. What is measured
happens in one transaction that is taken back. BENCH_INVOICES is its size.
"""

from __future__ import annotations

import datetime as dt
import gc
import os
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from django.utils.timezone import localdate

from billing.models import Allocation, Credit, Invoice
from clients.bulk import insert_rows
from clients.models import Client, search_key
from dunning.actions.runs import issue_run, propose_run
from dunning.actions.undoing import undo_run
from dunning.facts.effect import Scope, level_effects
from dunning.facts.sales import dso_history
from dunning.models import Charge
from tests import make
from tests.bench.ledger import CLIENT, fill
from tests.bench.measure import Cost, cost, row
from tests.dunning.desk import policy

SIZES = (1_000, 5_000, 20_000)
EACH = 5
DUE = dt.date(2026, 1, 5)
RUN_ON = dt.date(2026, 3, 2)
LEDGER = int(os.environ.get("BENCH_INVOICES", "1000000"))
# What nobody owes is not reminded: the large ledger is paid.
PAID = 10**9

PLAIN = [{"name": "Reminder", "grace_days": 5, "term_days": 10}]
CHARGED = [
    {
        "name": "Reminder",
        "grace_days": 5,
        "term_days": 10,
        "fee": {"CHF": "20.00"},
        "legal_interest": True,
        "lump_sum": True,
    }
]


class Taken(NamedTuple):
    """What a step cost, and the most memory the process had meanwhile."""

    cost: Cost
    memory: int


def measure_dunning(_folder: Path) -> None:
    """Without charges, then with fees, interest and lump sums."""
    keep_ledger()
    for title, levels in (("plain", PLAIN), ("fees, interest, lump sums", CHARGED)):
        with transaction.atomic():
            measure_pass(title, levels)
            transaction.set_rollback(True)


def keep_ledger() -> None:
    """The large ledger, filled once."""
    if connection.vendor == "sqlite":
        kept = Path(os.environ.get("BENCH_FOLDER", settings.BASE_DIR / "var/bench"))
        kept.mkdir(parents=True, exist_ok=True)
        connection.close()
        connection.settings_dict["NAME"] = str(kept / f"ledger-{LEDGER}.sqlite3")
    call_command("migrate", verbosity=0)
    start = time.perf_counter()
    if Invoice.objects.count() < LEDGER:
        fill(LEDGER // 50, LEDGER, localdate(), every=PAID)
        print(f"filled in {time.perf_counter() - start:.0f} s")
    print(f"{LEDGER:,} invoices, {connection.vendor}", flush=True)


def measure_pass(title: str, levels: list[dict[str, Any]]) -> None:
    """Each size, with the growth of each step from one to the next."""
    print(title)
    make.company()
    policy(levels, name=title)
    before: dict[str, Taken] = {}
    there = 0
    for size in SIZES:
        overdue(size - there, there)
        times, there = size / max(there, 1), size
        found = steps(size)
        for name, taken in found.items():
            note = f"{taken.memory:5d} MB at most"
            if name in before:
                note += grown(before[name].cost, taken.cost, times)
            row(f"{size:6,} invoices: {name}", taken.cost, note)
        before = found


def grown(before: Cost, now: Cost, times: float) -> str:
    """How much more it takes for so many times as much."""
    more = f", x{now.cpu / before.cpu:.1f} for x{times:.0f}" if before.cpu else ""
    same = "" if now.queries == before.queries else f", NOT {before.queries} queries"
    return more + same


def steps(size: int) -> dict[str, Taken]:
    """Proposal, issue, undo of everything that is overdue; and the report."""
    found: dict[str, Taken] = {}

    def step(name: str, work: Callable[[], Any]) -> Any:
        gc.collect()
        forget_peak()
        with cost() as spent:
            done = work()
        found[name] = Taken(spent, peak())
        return done

    key = f"bench-{size}"
    run = step(
        "proposal",
        lambda: propose_run(RUN_ON, policy=None, person=None, request_key=key),
    )
    issued = step("issue", lambda: issue_run(run, None))
    assert issued.notices == size // EACH, issued
    lines = run.lines.filter(selected=True, reason="")
    assert lines.count() == size
    year = Scope(RUN_ON - dt.timedelta(365), RUN_ON)
    step("report of the effect", lambda: level_effects(year, localdate()))
    step("days outstanding", lambda: dso_history(localdate()))
    charges = Charge.objects.filter(notice__run=run).count()
    undone = step("undo", lambda: undo_run(run, "bench", None))
    assert undone.cancelled + len(undone.withdrawn) == size // EACH
    assert not Invoice.objects.filter(open__gt=0, level__gt=0).exists()
    print(f"{size:6,} invoices of {size // EACH:,} clients, {charges:,} charges")
    return found


def overdue(count: int, there: int) -> None:
    """More clients with five late invoices each, every other of them partly paid.

    Half are Swiss, half businesses in Germany: there a lump sum is owed.
    """
    now = timezone.now()
    first = there // EACH
    insert_rows(
        Client, CLIENT, [client_row(first + n, now) for n in range(count // EACH)]
    )
    rows = Client.objects.filter(number__startswith="L-").order_by("pk")
    owners = list(rows.values_list("pk", "currency"))[first:]
    fields = ["client_id", "number", "issued_on", "due_on", "currency", "total"]
    fields += ["open", "level", "deadline_on", "source", "created_at"]
    insert_rows(
        Invoice,
        fields,
        [
            invoice_row(owner, code, n, now)
            for owner, code in owners
            for n in range(EACH)
        ],
    )
    paid_in_part(now)


def client_row(n: int, now: dt.datetime) -> tuple[Any, ...]:
    number, name = f"L-{n:06d}", f"Late {n}"
    country, code = ("CH", "CHF") if n % 2 else ("DE", "EUR")
    return (
        *(number, name, "company", f"Street {n}", "", "1200", "Town", country),
        *(("fr", "de", "en")[n % 3], code, f"l{n}@example.org", ""),
        *(search_key(name, number), now),
    )


def invoice_row(owner: int, code: str, n: int, now: dt.datetime) -> tuple[Any, ...]:
    due, total = DUE + dt.timedelta(n), Decimal(100 + n)
    left = total - 10 if n % 2 else total
    return (
        *(owner, f"L-{owner}-{n}", due - dt.timedelta(30), due, code, total),
        *(left, 0, due, "bench", now),
    )


def paid_in_part(now: dt.datetime) -> None:
    """Ten of every invoice that has less open than its total."""
    rows = Invoice.objects.filter(number__startswith="L-", open__gt=0, allocations=None)
    short = [r for r in rows.order_by("pk") if r.open < r.total]
    on = DUE + dt.timedelta(20)
    insert_rows(
        Credit,
        [
            *("client_id", "kind", "number", "dated_on", "currency", "amount"),
            *("unallocated", "reference", "created_at"),
        ],
        [
            (i.client_id, "payment", f"PL-{i.pk}", on, i.currency, 10, 0, "", now)
            for i in short
        ],
    )
    credits_ = dict(
        Credit.objects.filter(number__startswith="PL-").values_list("number", "pk")
    )
    insert_rows(
        Allocation,
        [
            *("credit_id", "invoice_id", "currency", "amount"),
            *("effective_on", "created_at"),
        ],
        [(credits_[f"PL-{i.pk}"], i.pk, i.currency, 10, on, now) for i in short],
    )


def forget_peak() -> None:
    """Linux counts the most memory of a process anew from here on."""
    Path("/proc/self/clear_refs").write_text("5")


def peak() -> int:
    """The most memory of this process since then, in megabytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) // 1024
    return 0
