"""Several clocks strike at the same moment: each period is prepared once."""

from __future__ import annotations

import pytest

from tests.processes import processes

pytestmark = pytest.mark.processes

FILL = """
from datetime import timedelta
from django.utils.timezone import localdate
from statements.actions.scheduling import keep_schedule
from statements.models import Schedule
from statements.rules.orders import Order
from tests import make
make.company()
today = localdate()
for number in range(3):
    client = make.client(f"K-{number}", email="")
    for _ in range(2):
        row = make.invoice(to=client, due=today - timedelta(days=40))
        make.payment("1.00 CHF", on=today, to=row)
wanted = Order(today, "activity").kept()
del wanted["end"]
schedule = Schedule(
    name="Monthly", rhythm="monthly", days_after=1, release_after=0, wanted=wanted
)
keep_schedule(schedule, today - timedelta(days=62), None)
answer = None
"""
IMPORTS = """
from django.utils.timezone import localdate
from statements.actions.scheduling import take_due_statements
"""
STRIKE = "answer = [row.state for row in take_due_statements(localdate())]"
COUNT = """
from delivery.models import Job
from statements.models import Batch
answer = [list(Batch.objects.values_list("state", flat=True)), Job.objects.count()]
"""


def test_clocks_that_strike_at_once_prepare_and_release_once(
    migrated, tmp_path, django_db_blocker
):
    with django_db_blocker.unblock(), processes(tmp_path, like=migrated) as clocks:
        clocks.run(FILL)
        answers = clocks.at_once([STRIKE] * 3, before=IMPORTS)
        assert sum(answer.count("released") for answer in answers) == 1
        assert clocks.run(COUNT) == [["released"], 1]
