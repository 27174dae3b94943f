"""Two people at the bank's pages at the same moment: one booking, one file (F58)."""

from __future__ import annotations

import pytest

from tests.processes import processes

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("bank_at_once")]

MANY, ENTRIES = 4, 20

FILL = """
from tests import make
from tests.billing import banking
make.company()
client = make.client("D-1")
rows = [
    banking.invoice("10.00 CHF", f"F-2026-{n:04d}", to=client)
    for n in range(1, ENTRIES + 1)
]
content = banking.statement(
    *(banking.came("10.00", of=row, ref=row.number) for row in rows)
)
open("{folder}/file.xml", "wb").write(content)
answer = None
"""
IMPORTS = """
from billing.actions.bank import *
from billing.actions.bank_booking import book_exact
from billing.actions.bank_entries import DecidedBefore, accept_entry
from billing.actions.bank_undo import undo_file
from billing.actions.ledger import LedgerRefusal
from billing.models import *
from billing.rules.bank.statement import BankFileRefusal
from clients.models import Client
from tests import make
from tests.billing import banking
source = Source("file.xml", open("{folder}/file.xml", "rb").read())
today = banking.ago(0)
"""
READ = """
try:
    answer = len(keep_bank_file(source))
except BankFileRefusal as refusal:
    answer = refusal.code
"""
ACCEPT = """
answer = 0
client = Client.objects.get()
for entry in BankEntry.objects.order_by("pk"):
    invoice = Invoice.objects.get(number=entry.bank_reference)
    parts = {invoice.pk: make.money("10.00 CHF")}
    try:
        accept_entry(entry, client, parts, {}, today=today)
        answer += 1
    except (DecidedBefore, LedgerRefusal):
        pass
"""
EXACT = "answer = book_exact(BankFile.objects.get(), today=today)"
UNDO = """
try:
    answer = undo_file(BankFile.objects.get(), today=today)
except LedgerRefusal:
    answer = None
"""
COUNT = """
from billing.audit import audit
answer = {
    "files": BankFile.objects.count(),
    "entries": BankEntry.objects.count(),
    "booked": BankEntry.objects.filter(state="booked").count(),
    "undone": BankEntry.objects.filter(state="undone").count(),
    "payments": Credit.objects.count(),
    "reversed": CounterEntry.objects.count(),
    "findings": [str(finding) for finding in audit()],
}
"""


@pytest.fixture(scope="module")
def filled(migrated, tmp_path_factory, django_db_blocker):
    folder = tmp_path_factory.mktemp("bank")
    script = FILL.replace("{folder}", str(folder)).replace("ENTRIES", str(ENTRIES))
    with django_db_blocker.unblock(), processes(folder, like=migrated) as db:
        db.run(script)
        yield db


@pytest.fixture
def run(filled, tmp_path_factory, django_db_blocker):
    """Runs scripts at once where there are a client, its invoices and a file."""
    folder = tmp_path_factory.mktemp("bank")
    with django_db_blocker.unblock(), processes(folder, like=filled) as db:
        before = IMPORTS.replace("{folder}", str(filled.folder))
        yield lambda *scripts: db.at_once(list(scripts), before=before)


def test_the_same_file_read_at_once_is_kept_once(run):
    assert sorted(run(*[READ] * MANY), key=str) == [1, *["known"] * (MANY - 1)]
    [found] = run(COUNT)
    assert (found["files"], found["entries"]) == (1, ENTRIES)


def test_the_same_entries_accepted_at_once_are_booked_once(run):
    run(READ)
    assert sum(run(*[ACCEPT] * MANY)) == ENTRIES
    [found] = run(COUNT)
    assert (found["booked"], found["payments"]) == (ENTRIES, ENTRIES)
    assert found["findings"] == []


def test_one_click_and_single_decisions_at_once_book_each_entry_once(run):
    run(READ)
    assert sum(run(EXACT, ACCEPT, EXACT, ACCEPT)) == ENTRIES
    [found] = run(COUNT)
    assert (found["booked"], found["payments"]) == (ENTRIES, ENTRIES)
    assert found["findings"] == []


def test_undone_at_once_it_is_undone_once(run):
    run(READ)
    run(EXACT)
    assert sorted(map(bool, run(*[UNDO] * MANY))) == [*[False] * (MANY - 1), True]
    [found] = run(COUNT)
    assert (found["undone"], found["reversed"]) == (ENTRIES, ENTRIES)
    assert found["findings"] == []
