"""Several processes remind at the same moment: every client gets one letter (I21)."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.processes import processes

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("run_at_once")]

MANY = 3
CLIENTS, EACH = 30, 5

FILL = f"""
from tests import make
make.company()
for _ in range({CLIENTS}):
    client = make.client()
    for _ in range({EACH}):
        make.invoice(to=client)
answer = None
"""
PROPOSE = """
from datetime import date
from dunning.actions.runs import *
from dunning.models import *
run = propose_run(
    date(2026, 2, 16), policy=None, person=None, request_key={key!r}
)
answer = [run.pk, run.lines.filter(selected=True).count()]
"""
IMPORTS = """
from datetime import date
from dunning.actions.runs import *
from dunning.models import *
"""
ISSUE = """
done = issue_run(Run.objects.get(), None)
answer = [done.issued, done.notices, len(done.dropped)]
"""
REMIND = """
run, plan = remind_now(
    date(2026, 2, 16), policy=None, clients=None, person=None, request_key={key!r}
)
answer = [run and run.pk, len(plan.notices)]
"""
RAISE = """
from billing.models import Invoice
try:
    run = raise_invoice(
        Invoice.objects.order_by("pk").first(), date(2026, 2, 16), person=None,
        request_key={key!r},
    )
    answer = run.pk
except RunRefusal:
    answer = None
"""
COUNT = """
from dunning.models import *
from billing.models import Invoice
numbers = list(Notice.objects.order_by("pk").values_list("number", flat=True))
answer = {
    "runs": Run.objects.filter(state="issued").count(),
    "notices": len(numbers),
    "lines": NoticeLine.objects.count(),
    "gapless": numbers == [f"R-2026-{n:04d}" for n in range(1, len(numbers) + 1)],
    "levels": sorted(set(Invoice.objects.values_list("level", flat=True))),
}
"""
ONE_SET = {
    "runs": 1,
    "notices": CLIENTS,
    "lines": CLIENTS * EACH,
    "gapless": True,
    "levels": [1],
}


@pytest.fixture(scope="module")
def filled(migrated, tmp_path_factory, django_db_blocker):
    folder = tmp_path_factory.mktemp("filled")
    with django_db_blocker.unblock(), processes(folder, like=migrated) as found:
        found.run(FILL)
        yield found


@pytest.fixture
def desks(filled, tmp_path_factory, django_db_blocker):
    folder = tmp_path_factory.mktemp("desks")
    with django_db_blocker.unblock(), processes(folder, like=filled) as found:
        yield found


def test_one_run_issued_by_many_at_once_is_issued_once(desks):
    desks.run(PROPOSE.format(key="k"))
    answers = desks.at_once([ISSUE] * MANY, before=IMPORTS)
    assert Counter(map(tuple, answers)) == {
        (True, CLIENTS, 0): 1,
        (False, CLIENTS, 0): MANY - 1,
    }
    assert desks.run(COUNT) == ONE_SET
    desks.manage("verify_ledger")


def test_the_same_command_many_times_at_once_reminds_once(desks):
    scripts = [REMIND.format(key=f"k{n}") for n in range(MANY)]
    answers = desks.at_once(scripts, before=IMPORTS)
    assert sorted(letters for _run, letters in answers) == [0] * (MANY - 1) + [CLIENTS]
    assert desks.run(COUNT) == ONE_SET


def test_one_request_sent_many_times_at_once_is_one_run(desks):
    answers = desks.at_once([PROPOSE.format(key="click")] * MANY)
    assert len({run for run, _lines in answers}) == 1
    assert {lines for _run, lines in answers} == {CLIENTS * EACH}


def test_drafts_made_at_once_share_no_invoice(desks):
    answers = desks.at_once([PROPOSE.format(key=f"k{n}") for n in range(MANY)])
    assert len({run for run, _lines in answers}) == MANY
    assert sorted(lines for _run, lines in answers) == [0] * (MANY - 1) + [
        CLIENTS * EACH
    ]


def test_one_invoice_raised_by_many_at_once_gains_one_level(desks):
    scripts = [RAISE.format(key=f"k{n}") for n in range(MANY)]
    answers = desks.at_once(scripts, before=IMPORTS)
    assert answers.count(None) == MANY - 1
    assert desks.run(COUNT)["lines"] == 1
