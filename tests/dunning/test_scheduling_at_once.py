"""Several clocks strike at the same moment: each day is done once."""

from __future__ import annotations

import pytest

from tests.processes import processes

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("scheduling_at_once")]

CLIENTS = 10
FILL = f"""
from tests import make
from tests.dunning import desk
make.company()
desk.policy(automation="issue", weekdays=[1, 2, 3, 4, 5, 6, 7])
for _ in range({CLIENTS}):
    make.invoice()
answer = None
"""
IMPORTS = """
from django.utils.timezone import localdate
from dunning.actions.scheduling import take_due_runs
"""
STRIKE = """
answer = [turn.run and turn.run.notices.count() for turn in take_due_runs(localdate())]
"""
# A change of the policy by one of several at once is one version more.
CHANGE = """
from django.db import transaction
from dunning.actions.versions import keep_versions
from dunning.models import Policy
with transaction.atomic():
    Policy.objects.update(min_interval_days=14)
    keep_versions(None)
answer = None
"""
COUNT = """
from delivery.models import Message
from dunning.models import *
answer = [
    Run.objects.count(), ScheduledDay.objects.count(), Notice.objects.count(),
    Message.objects.count(), PolicyVersion.objects.count(),
]
"""


@pytest.fixture
def clocks(migrated, tmp_path_factory, django_db_blocker):
    folder = tmp_path_factory.mktemp("clocks")
    with django_db_blocker.unblock(), processes(folder, like=migrated) as found:
        found.run(FILL)
        yield found


def test_clocks_that_strike_at_once_issue_one_run(clocks):
    answers = clocks.at_once([STRIKE] * 3, before=IMPORTS)
    assert sorted(answers) == [[], [], [CLIENTS]]
    assert clocks.run(COUNT) == [1, 1, CLIENTS, CLIENTS, 1]
    clocks.at_once([CHANGE] * 3)
    assert clocks.run(COUNT)[-1] == 2
    clocks.manage("verify_ledger")
