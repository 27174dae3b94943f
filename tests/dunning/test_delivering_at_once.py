"""Money is booked in the moment in which letters leave: one of the two is first."""

from __future__ import annotations

import pytest

from tests.processes import processes

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("delivering_at_once")]

LETTERS = 16
FILL = f"""
from io import BytesIO
import pikepdf
from delivery.actions import archive
from delivery.models import Message
from dunning.actions.letters import queue_letters
from dunning.models import Notice
from tests import make
from tests.dunning import desk
make.company()
desk.policy()
for n in range({LETTERS}):
    make.invoice("400.00 CHF", number=f"INV-{{n:02}}")
run = desk.issue("2026-02-16").run
paper = BytesIO()
blank = pikepdf.new()
blank.add_blank_page()
blank.save(paper)
for notice in run.notices.all():
    document = archive(
        kind="notice", number=notice.number, client=notice.client, language="fr",
        file_name="r.pdf", content=paper.getvalue(), person=None,
    )
    Notice.objects.filter(pk=notice.pk).update(document=document)
queue_letters(run, None)
answer = Message.objects.filter(document__isnull=False).count()
"""
IMPORTS = """
from django.utils.timezone import localdate
from django.conf import settings
from django.db import transaction
from billing.models import Invoice
from delivery import owners
from delivery.actions import send_due
from delivery.models import Message
from dunning.actions.withdrawing import *
from dunning.models import *
from tests import make
"""
SEND = """
counts = send_due()
answer = counts.sent
"""
# From the other end, so that some are paid first and some have left; every third
# letter is withdrawn in place of that.
PAY = """
answer = 0
for notice in Notice.objects.order_by("-pk"):
    if notice.pk % 3 == 0:
        withdraw_notice(notice, cause="withdrawn", reason="Mistake", person=None)
    else:
        with transaction.atomic():
            invoice = notice.lines.get().invoice
            make.payment("400.00 CHF", on=localdate(), to=invoice)
"""
STATES = """
from dunning.audit import audit
from billing.models import Credit
from delivery.models import Message
from dunning.facts.letters import courses
from dunning.models import *
answer = []
states = dict(Message.objects.values_list("number", "state"))
claimed = dict(Message.objects.values_list("number", "claimed_at"))
notices = list(Notice.objects.order_by("pk"))
became = courses(notices)
for notice in notices:
    invoice = notice.lines.get().invoice
    credit = Credit.objects.filter(client=notice.client).first()
    answer.append({
        "state": states[notice.number],
        "level": invoice.level,
        "cause": getattr(became[notice.pk].withdrawal, "cause", ""),
        "crossed": bool(became[notice.pk].crossings),
        "paid_before": bool(credit and credit.created_at < claimed[notice.number]),
    })
answer = [answer, [str(finding) for finding in audit()]]
"""
LEFT = {"state": "sent", "level": 1, "cause": "", "crossed": True, "paid_before": False}


@pytest.fixture(scope="module")
def queued(migrated, tmp_path_factory, django_db_blocker):
    folder = tmp_path_factory.mktemp("letters_queued")
    with django_db_blocker.unblock(), processes(folder, like=migrated) as found:
        assert found.run(FILL) == LETTERS
        yield found


@pytest.fixture
def desks(queued, tmp_path_factory, django_db_blocker):
    folder = tmp_path_factory.mktemp("letters_leave")
    with django_db_blocker.unblock(), processes(folder, like=queued) as found:
        yield found


def test_a_letter_is_overtaken_by_the_payment_or_crosses_it(desks):
    desks.at_once([SEND, PAY], before=IMPORTS)
    rows, findings = desks.run(STATES)
    for row in rows:
        if row["cause"] == "withdrawn":
            assert (row["state"] in {"sent", "overtaken"}, row["level"]) == (True, 0)
        elif row["state"] == "overtaken":
            assert (row["level"], row["cause"]) == (0, "overtaken")
        else:
            assert row == LEFT
    assert not findings
    assert sum(row["cause"] == "withdrawn" for row in rows) == LETTERS // 3


def test_without_asking_letters_leave_that_were_paid_before(desks):
    """The control: the test above sees it when delivery does not ask.

    What is withdrawn is taken out of the outbox by that alone.
    """
    unasked = "settings.DOCUMENT_OWNERS = {}"
    rows, _findings = desks.run(IMPORTS + PAY + unasked + SEND + STATES)
    assert {(row["cause"], row["state"]) for row in rows} == {
        ("", "sent"),
        ("withdrawn", "overtaken"),
    }
    assert sum(row["paid_before"] for row in rows) == LETTERS - LETTERS // 3
