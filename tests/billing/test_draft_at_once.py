"""Several people save one draft at the same moment: one of them is first."""

from __future__ import annotations

import pytest

from tests.processes import processes

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("draft_at_once")]

MANY = 6
FILL = """
from tests import make
make.company()
make.draft("1.00")
answer = None
"""
IMPORTS = """
from billing.actions.drafts import DraftRefusal, save_draft
from billing.models import Draft, DraftLine
draft = Draft.objects.first()
"""
SAVE = """
lines = [DraftLine(description="{mine}", price=1, vat_code="X") for _ in range(20)]
try:
    answer = save_draft(draft, lines, [], version=1).version
except DraftRefusal:
    answer = None
"""
NEW = """
import uuid
key = uuid.UUID(int=7)
fresh = Draft(key=key, client=draft.client, language="fr", currency="CHF")
answer = save_draft(fresh, [DraftLine(description="A", price=1, vat_code="X")], [], version=0).pk
"""
COUNT = """
answer = [
    [d.version, sorted(set(d.lines.values_list("description", flat=True))), d.lines.count()]
    for d in Draft.objects.order_by("pk")
]
"""


@pytest.fixture(scope="module")
def several(migrated, tmp_path_factory, django_db_blocker):
    folder = tmp_path_factory.mktemp("save")
    with django_db_blocker.unblock(), processes(folder, like=migrated) as db:
        db.run(FILL)
        yield db


def test_one_is_stored_whole_and_the_others_are_told(several):
    answers = several.at_once([SAVE.format(mine=n) for n in range(MANY)], IMPORTS)
    first = [n for n, version in enumerate(answers) if version]
    assert [answers[n] for n in first] == [2]
    assert several.run(IMPORTS + COUNT) == [[2, [str(first[0])], 20]]


def test_a_form_that_arrives_many_times_makes_one_draft(several):
    answers = several.at_once([NEW] * MANY, IMPORTS)
    assert len(set(answers)) == 1
    assert several.run(IMPORTS + COUNT)[1:] == [[1, ["A"], 1]]
