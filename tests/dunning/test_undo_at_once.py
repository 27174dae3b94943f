"""A run is undone while its letters leave, while clients pay, and twice at once (4.5)."""

from __future__ import annotations

import pytest

from tests.dunning.test_delivering_at_once import FILL, IMPORTS, LETTERS, SEND
from tests.processes import processes

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("undo_at_once")]

MORE = """
from dunning.actions.undoing import undo_run
"""
UNDO = """
done = undo_run(Run.objects.get(), "Mistake", None)
answer = [done.cancelled, len(done.withdrawn)]
"""
PAY = """
answer = 0
for invoice in Invoice.objects.order_by("-pk"):
    with transaction.atomic():
        make.payment("400.00 CHF", on=localdate(), to=invoice)
"""
STATES = """
from dunning.audit import audit
states = list(Message.objects.order_by("number").values_list("state", flat=True))
causes = list(Withdrawal.objects.order_by("notice").values_list("cause", flat=True))
levels = sorted(set(Invoice.objects.values_list("level", flat=True)))
answer = [states, causes, levels, [str(finding) for finding in audit()]]
"""


@pytest.fixture(scope="module")
def queued(migrated, tmp_path_factory, django_db_blocker):
    folder = tmp_path_factory.mktemp("run_queued")
    with django_db_blocker.unblock(), processes(folder, like=migrated) as found:
        assert found.run(FILL) == LETTERS
        yield found


@pytest.fixture
def desks(queued, tmp_path_factory, django_db_blocker):
    folder = tmp_path_factory.mktemp("run_undone")
    with django_db_blocker.unblock(), processes(folder, like=queued) as found:
        yield found


def test_every_letter_has_left_and_is_counted_so_or_never_leaves(desks):
    sent, first, second, _paid = desks.at_once(
        [SEND, UNDO, UNDO, PAY], before=IMPORTS + MORE
    )
    states, causes, levels, findings = desks.run(IMPORTS + STATES)
    assert set(states) <= {"sent", "overtaken"}
    assert states.count("sent") == sent
    # One of the two did it; letters that were paid first were overtaken before.
    undone = [sum(first), sum(second)]
    assert min(undone) == 0
    assert max(undone) == causes.count("withdrawn")
    assert max(first[1], second[1]) == states.count("sent")
    assert (len(causes), levels) == (LETTERS, [0])
    assert not findings
