"""Random courses of reminders: whatever is undone is as it was before (4.5).

Real actions on a real database; what is compared is all that a later decision
depends on. History only grows.
"""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from django.db import transaction
from django.utils import timezone

from billing.models import Invoice
from delivery.models import Message
from dunning.actions.letters import queue_letters
from dunning.actions.replacing import replace_notice
from dunning.actions.runs import RunRefusal
from dunning.actions.undoing import undo_run
from dunning.actions.withdrawing import (
    WithdrawRefusal,
    withdraw_line,
    withdraw_notice,
)
from dunning.audit import audit
from dunning.correcting import Edit, EditRefusal
from dunning.models import (
    Charge,
    ChargeEvent,
    LevelChange,
    Notice,
    NoticeLine,
    Run,
    Withdrawal,
)
from tests import make
from tests.dunning import desk

pytestmark = pytest.mark.django_db
WITH_FEES = [
    {**level, "fee": {"CHF": "20.00"}, "interest_rate": "5.00"}
    for level in desk.EXAMPLE_2
]
STEPS = 14


def state():
    """Levels and deadlines, and what is open of every charge that counts."""
    invoices = Invoice.objects.order_by("pk").values_list("pk", "level", "deadline_on")
    counted = NoticeLine.objects.filter(withdrawn_at=None).order_by("pk")
    charges = Charge.objects.filter(open__gt=0).order_by("pk")
    return (
        list(invoices),
        list(counted.values_list("pk", "cycle", "level")),
        list(charges.values_list("pk", "open")),
    )


def history():
    """How much was ever written down."""
    models = (Notice, NoticeLine, Charge, ChargeEvent, Withdrawal, LevelChange)
    return [model.objects.count() for model in models]


class Course:
    """Takes a step at random; remembers the state before each run that is issued."""

    def __init__(self, seed):
        self.chance = Random(seed)
        self.on = make.day("2026-02-16")
        self.before = {}

    def step(self):
        """One step; refused ones must leave everything as it was."""
        was, grown = state(), history()
        doing = self.chance.choice([self.issue, self.undo, *self.others()])
        try:
            with transaction.atomic():
                doing(was)
        except (WithdrawRefusal, EditRefusal, RunRefusal):
            assert state() == was
        assert all(a <= b for a, b in zip(grown, history(), strict=True))

    def others(self):
        return [self.issue, self.letter, self.line, self.correct, self.send, self.set_level]  # fmt: skip

    def issue(self, was):
        self.on += timedelta(days=self.chance.choice([3, 16, 20]))
        try:
            run = desk.issue(f"{self.on}").run
        except RunRefusal:
            Run.objects.filter(state="draft").delete()
            return
        self.before[run.pk] = was

    def undo(self, was):
        run = self.a(Run.objects.filter(state="issued"))
        if run is None:
            return
        whole = not Withdrawal.objects.filter(notice__run=run).exists()
        newest = run.pk == max(self.before)
        done = undo_run(run, "Undone", None)
        if newest and whole and self.before[run.pk]:
            assert state() == self.before[run.pk]
        after = state()
        assert undo_run(run, "Twice", None).returns == ()
        assert state() == after
        mine = Charge.objects.filter(notice__run=run, open__gt=0)
        assert not mine.exists(), "fees of an undone run are not owed"
        assert done.cancelled + len(done.withdrawn) <= run.notices.count()

    def letter(self, _was):
        if notice := self.a(Notice.objects.filter(withdrawal=None)):
            self.spoil(notice)
            withdraw_notice(notice, cause="withdrawn", reason="Why", person=None)
            assert not Charge.objects.filter(notice=notice, open__gt=0).exists()

    def line(self, _was):
        if line := self.a(NoticeLine.objects.filter(withdrawn_at=None)):
            self.spoil(line.notice)
            withdraw_line(line, reason="Why", person=None)

    def correct(self, was):
        if notice := self.a(Notice.objects.filter(withdrawal=None)):
            made = replace_notice(notice, Edit.of(notice, reason="Why"), None)
            assert state()[0] == was[0], "levels and deadlines stay"
            assert made.total == notice.total
            assert sum(row[1] for row in state()[2]) == sum(row[1] for row in was[2])
            self.spoil(notice)

    def send(self, _was):
        if run := self.a(Run.objects.filter(state="issued")):
            queue_letters(run, None)
            some = Message.objects.filter(state="queued")[: self.chance.randint(1, 3)]
            rows = Message.objects.filter(pk__in=[row.pk for row in some])
            rows.update(state="sent", sent_at=timezone.now())

    def set_level(self, _was):
        if self.chance.random() < 0.4:
            return
        invoice = self.a(Invoice.objects.filter(level__gt=0))
        if invoice is None:
            return
        cycles = LevelChange.objects.filter(invoice=invoice).count()
        level = self.chance.randint(0, 2)
        LevelChange.objects.create(
            invoice=invoice,
            cycle=cycles + 2,
            level_before=invoice.level,
            level=level,
            deadline_on=invoice.deadline_on,
            reason="By hand",
            at=timezone.now(),
        )
        Invoice.objects.filter(pk=invoice.pk).update(level=level)
        self.before = dict.fromkeys(self.before)

    def spoil(self, notice):
        """What was remembered before later runs, or this one, is not whole any more."""
        self.before = {
            run: None if run >= notice.run_id else was
            for run, was in self.before.items()
        }

    def a(self, rows):
        found = list(rows.order_by("pk"))
        return self.chance.choice(found) if found else None


@pytest.mark.parametrize("seed", [0, 1, 2, 7])
def test_whatever_the_course_the_ledger_agrees_and_undone_is_as_before(company, seed):
    desk.policy(WITH_FEES, fees_agreed=True, grouping=["client", "invoice"][seed % 2])
    for _client in range(2):
        owner = make.client()
        for amount in ("500.00 CHF", "80.00 CHF"):
            make.invoice(amount, to=owner)
    course = Course(seed)
    for _step in range(STEPS):
        course.step()
    assert not list(audit())
