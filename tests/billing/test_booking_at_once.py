"""Bookings, imports and merges of the same client at the same moment."""

from __future__ import annotations

import pytest

from tests.processes import processes

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("booking_at_once")]

FILL = """
from tests import make
from tests.billing import banking
make.company()
old, new = make.client("OLD"), make.client("NEW")
banking.invoice("100.00 CHF", "F-2026-0500", to=old)
make.payment("10.00 CHF", on="2026-02-01", to=make.invoice("50.00 CHF", to=old))
make.draft("20.00", to=old)
banking.account()
answer = None
"""
IMPORTS = """
import time
from decimal import Decimal
from django.db import transaction
from billing.actions import recording
from billing.actions.bank import Source, keep_bank_file
from billing.actions.bank_booking import book_exact
from billing.actions.drafts import save_draft
from billing.actions.imports import book, read_file
from billing.actions.issuing import issue_draft
from billing.actions.ledger import *
from billing.actions.payments import *
from billing.models import *
from billing.rules.rows import Wishes
from clients.actions.merging import merge_clients
from clients.models import Client
from tests import make
from tests.billing import banking
old, new = (Client.objects.get(number=number) for number in ("OLD", "NEW"))
row = Invoice.objects.get(number="F-2026-0500")
today = banking.ago(0)
"""
# Others come a little later, and while it lasts.
SLOWLY = """
try:
    time.sleep({start})
    with transaction.atomic():
{what}
        time.sleep(0.6)
    answer = "done"
except LedgerRefusal:
    answer = "refused"
"""
MERGE = "merge_clients(old, new)"
BOOKINGS = {
    "invoice": """make.invoice("30.00 CHF", to=old, number="NEW-1")""",
    "payment": """make.credit("30.00 CHF", of=old, on="2026-02-02")""",
    "bank": """
file = banking.read(banking.came("100.00", of=row))
book_exact(file, today=today)
""",
    "import": """
head = "number,client,issued_on,due_on,total,currency,paid_on"
line = f"N-1,OLD,2026-01-10,2026-02-09,10.00,CHF,2026-02-01"
reading = read_file((head + chr(10) + line).encode(), Wishes("CHF"))
assert book(reading, Wishes("CHF")).booked
""",
    "draft": """save_draft(Draft(client=old, language="fr", currency="CHF"), [], [], version=0)""",
    "issue": """
draft = Draft.objects.get()
issue_draft(draft, today=today, person=None, version=draft.version)
""",
}
COUNT = """
from billing.audit import audit
answer = [
    Client.objects.get(number="OLD").merged_into_id == new.pk,
    [
        (model.__name__, model.objects.filter(client=old).count())
        for model in (Invoice, Credit, Draft, Bill)
        if model.objects.filter(client=old).exists()
    ],
    [str(finding) for finding in audit()],
]
"""
SLOW_NUMBERS = """
taken = recording.take_numbers
def take_numbers(*given):
    numbers = taken(*given)
    time.sleep(0.6)
    return numbers
recording.take_numbers = take_numbers
"""
# Each takes numbers and invoices; one of them used to take them the other way round.
SETTLING = {
    "import": """
head = "number,client,issued_on,due_on,total,currency,paid_on,paid"
line = f"{row.number},OLD,{row.issued_on},{row.due_on},100.00,CHF,{today},5.00"
assert book(read_file((head + chr(10) + line).encode(), Wishes("CHF")), Wishes("CHF")).booked
""",
    "bank": """book_exact(BankFile.objects.get(), today=today)""",
    "short": """
received = Received(make.money("97.00 CHF"), today)
parts = {row.pk: make.money("97.00 CHF")}
receive_short(old, received, parts, {row.pk: Rest.DIFFERENCE}, key="short")
""",
    "loss": """write_off(row, make.money("1.00 CHF"), today, "Gone")""",
    "payment": """
make.credit("2.00 CHF", of=old, on=today, to={row: "2.00 CHF"})
""",
}


def slowly(what, start=0.0):
    lines = "\n".join(f"        {line}" for line in what.strip().splitlines())
    return SLOWLY.format(what=lines, start=start)


@pytest.fixture(scope="module")
def filled(migrated, tmp_path_factory, django_db_blocker):
    folder = tmp_path_factory.mktemp("booking")
    with django_db_blocker.unblock(), processes(folder, like=migrated) as db:
        db.run(FILL)
        yield db


@pytest.fixture
def run(filled, tmp_path_factory, django_db_blocker):
    folder = tmp_path_factory.mktemp("booking")
    with django_db_blocker.unblock(), processes(folder, like=filled) as db:
        yield lambda *scripts, more="": db.at_once(list(scripts), before=IMPORTS + more)


@pytest.mark.parametrize(
    ("first", "booking"),
    [
        *(("booking", booking) for booking in BOOKINGS),
        *(("merge", booking) for booking in ("payment", "bank", "import")),
    ],
)
def test_nothing_is_booked_for_a_client_that_is_merged_away(run, booking, first):
    later = {"booking": 0.3, "merge": 0.3} | {first: 0}
    [booked, merged] = run(
        slowly(BOOKINGS[booking], later["booking"]), slowly(MERGE, later["merge"])
    )
    assert merged == "done"
    assert first == "merge" or booked == "done"
    assert run(COUNT) == [[True, [], []]]


@pytest.mark.parametrize(
    "pair",
    [
        ("payment", "import"),
        ("payment", "bank"),
        ("import", "bank"),
        ("short", "loss"),
        ("loss", "import"),
    ],
    ids="-".join,
)
def test_who_settles_the_same_invoice_waits_and_never_in_a_circle(run, pair):
    run("""banking.read(banking.came("3.00", of=row)); answer = None""")
    one, other = pair
    answers = run(
        slowly(SETTLING[one]), slowly(SETTLING[other], 0.2), more=SLOW_NUMBERS
    )
    assert answers == ["done", "refused" if one == "short" else "done"]
    [[_merged, _strays, findings]] = run(COUNT)
    assert findings == []
