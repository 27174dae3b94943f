"""Several processes issue at the same moment: no gap, no double, nothing twice (I40)."""

from __future__ import annotations

import pytest

from tests.processes import processes

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("issuing_at_once")]

MANY, EACH = 8, 25

FILL = """
from tests import make
make.company()
for _ in range({clients}):
    client = make.client()
    for _ in range({drafts}):
        make.draft(to=client)
answer = None
"""
IMPORTS = """
from datetime import date
from django.db import connection, transaction
from billing.actions.issuing import *
from billing.models import *
DAY = date(2026, 1, 10)
# Nobody pauses between two issues here: on a busy machine a turn may come late.
if connection.vendor == "sqlite":
    connection.cursor().execute("PRAGMA busy_timeout = 120000")
def issue(draft):
    return issue_draft(draft, today=DAY, person=None, version=draft.version)
drafts = list(Draft.objects.order_by("pk"))
"""
# Every third one is issued and rolled back before it is issued for good.
ISSUE_OWN = """
own = drafts[{mine}::{many}]
for turn, draft in enumerate(own):
    if {undo} and turn % 3 == 0:
        with transaction.atomic():
            issue(draft)
            transaction.set_rollback(True)
    issue(draft)
answer = len(own)
"""
ISSUE_SAME = """
answer = [issue(draft).pk for draft in drafts]
"""
CORRECT = """
try:
    answer = issue(drafts[{mine}]).number
except IssueRefusal:
    answer = None
"""
COUNT = """
from billing.audit import audit
answer = {
    "bills": list(Bill.objects.order_by("pk").values_list("number", flat=True)),
    "invoices": sorted(Invoice.objects.values_list("number", flat=True)),
    "drafts": Draft.objects.count(),
    "last": list(NumberSeries.objects.values_list("name", "last")),
    "findings": [str(finding) for finding in audit()],
}
"""


@pytest.fixture
def several(migrated, tmp_path_factory, django_db_blocker):
    folder = tmp_path_factory.mktemp("issue")
    with django_db_blocker.unblock(), processes(folder, like=migrated) as db:
        yield db


def gapless(count):
    return [f"F-2026-{n:04d}" for n in range(1, count + 1)]


@pytest.mark.parametrize("undo", [False, True])
def test_two_hundred_issues_leave_no_gap_and_no_double(several, undo):
    several.run(FILL.format(clients=20, drafts=MANY * EACH // 20))
    scripts = [
        ISSUE_OWN.format(many=MANY, mine=mine, undo=undo) for mine in range(MANY)
    ]
    assert sum(several.at_once(scripts, IMPORTS)) == MANY * EACH
    found = several.run(IMPORTS + COUNT)
    assert sorted(found["bills"]) == found["invoices"] == gapless(MANY * EACH)
    assert (found["drafts"], found["last"]) == (0, [["F", MANY * EACH]])
    assert found["findings"] == []


def test_the_same_drafts_issued_by_all_are_issued_once(several):
    several.run(FILL.format(clients=2, drafts=5))
    first, *others = several.at_once([ISSUE_SAME] * 4, IMPORTS)
    assert all(other == first for other in others)
    found = several.run(IMPORTS + COUNT)
    assert found["bills"] == found["invoices"] == gapless(10)
    assert found["findings"] == []


def test_credit_notes_at_once_take_back_no_more_than_was_billed(several):
    several.run(
        """
from tests import make
make.company()
invoice = make.bill("100").invoices.get()
for _ in range(6):
    make.draft("30", kind="credit_note", corrects=invoice, to=invoice.client)
answer = None
"""
    )
    given = several.at_once([CORRECT.format(mine=n) for n in range(6)], IMPORTS)
    issued = sorted(number for number in given if number)
    assert issued == ["CN-2026-0001", "CN-2026-0002", "CN-2026-0003"]
    assert several.run(IMPORTS + COUNT)["findings"] == []
