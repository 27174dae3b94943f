"""A policy proposes or issues by itself, once on each of its days."""

from __future__ import annotations

from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.utils.timezone import now

from delivery.actions.service import hold, release
from delivery.models import Message
from dunning.actions.runs import discard_run, issue_run
from dunning.actions.scheduling import take_due_runs
from dunning.facts.scheduling import waiting_proposals
from dunning.models import ClientTerms, Run, ScheduledDay
from tests import make
from tests.dunning import desk as reminding

pytestmark = pytest.mark.django_db

# A Monday; the policy was saved on the Sunday before.
TODAY = make.day("2026-02-16")


@pytest.fixture(autouse=True)
def clock(company):
    with time_machine.travel("2026-02-15 12:00+00:00") as traveller:
        yield traveller


def acting(automation="propose", **given):
    return reminding.policy(automation=automation, **given)


def turns(on="2026-02-16"):
    """What each turn did: the state of its run, or why there is none."""
    found = take_due_runs(make.day(on))
    return [(turn.run and str(turn.run.state), str(turn.day.outcome)) for turn in found]


def test_a_run_is_proposed_once_however_often_the_clock_asks():
    acting()
    row = make.invoice()
    assert turns() == [("draft", "")]
    assert turns() == []
    [run] = waiting_proposals()
    assert (run.run_on, run.created_by, run.scheduled.day) == (TODAY, None, TODAY)
    assert reminding.lines(run) == {row.number: 1}


def test_the_page_of_a_run_says_that_the_schedule_made_it(desk):
    acting()
    make.invoice()
    turns()
    page = desk.get(f"/dunning/runs/{Run.objects.get().pk}/", follow=True)
    assert "Proposed by schedule on" in page.content.decode()
    issue_run(Run.objects.get(), None)
    page = desk.get(f"/dunning/runs/{Run.objects.get().pk}/", follow=True)
    assert "Issued by schedule on" in page.content.decode()


def test_a_policy_that_does_nothing_by_itself_does_nothing():
    acting("off")
    make.invoice()
    assert turns() == []
    assert not ScheduledDay.objects.exists()


def test_a_run_is_issued_and_its_letters_wait_in_the_outbox():
    acting("issue")
    make.invoice()
    assert turns() == [("issued", "")]
    run = Run.objects.get()
    assert (run.issued_by, run.notices.count()) == (None, 1)
    assert Message.objects.count() == 1
    assert turns() == []


def test_a_draft_that_waits_is_enough():
    acting()
    make.invoice()
    turns()
    assert turns("2026-02-23") == [(None, "draft_waiting")]
    discard_run(Run.objects.get(), None)
    assert turns("2026-03-02") == [("draft", "")]


def test_missed_days_are_caught_up_with_one_run():
    acting(weekdays=[1, 3])
    make.invoice()
    assert turns() == [("draft", "")]
    issue_run(Run.objects.get(), None)
    # Nothing on Wednesday and Monday; on Tuesday of the next week there is one.
    assert turns("2026-02-24") == [(None, "nothing")]
    assert list(ScheduledDay.objects.order_by("day").values_list("day", flat=True)) == [
        TODAY,
        make.day("2026-02-23"),
    ]


def test_nobody_overdue_leaves_no_empty_run():
    acting("issue")
    assert turns() == [(None, "nothing")]
    assert not Run.objects.exists()


def test_days_before_the_schedule_was_set_were_not_missed():
    acting(weekdays=[5])
    make.invoice()
    assert turns() == []
    assert turns("2026-02-20") == [("draft", "")]


def test_holidays_of_the_companys_country_are_passed_over():
    make.company(country="FR")
    ScheduledDay.objects.create(policy=acting(), day=make.day("2026-03-30"))
    make.invoice()
    # Easter Monday.
    assert turns("2026-04-06") == []
    assert turns("2026-04-07") == [("draft", "")]


def test_each_policy_takes_its_own_clients():
    acting()
    gentle = acting(name="Gentle", default=False)
    mine, theirs = make.invoice(), make.invoice()
    ClientTerms.objects.create(client=theirs.client, policy=gentle)
    ClientTerms.objects.create(client=mine.client, channel="post")
    take_due_runs(TODAY)
    assert {run.policy.name: reminding.lines(run) for run in Run.objects.all()} == {
        "Standard": {mine.number: 1},
        "Gentle": {theirs.number: 1},
    }


def test_far_more_letters_than_usual_stay_a_proposal():
    acting("issue")
    to = [make.client() for _ in range(201)]
    for client in to:
        make.invoice(to=client)
    assert turns() == [("draft", "large")]
    assert not Message.objects.exists()


def test_with_old_bank_data_a_run_stays_a_proposal():
    acting("issue")
    make.payment("100.00 CHF", on="2026-01-02", to=make.invoice())
    make.invoice()
    assert turns() == [("draft", "old_data")]
    [run] = waiting_proposals()
    assert run.scheduled.outcome == "old_data"
    assert not Message.objects.exists()


def test_after_a_restore_nothing_comes_by_itself():
    acting("issue")
    make.invoice()
    with time_machine.travel("2026-02-16 12:00+00:00"):
        hold(person=None, why="Restored from a backup of Monday.", now=now())
        call_command("tick", stdout=StringIO())
        assert not Run.objects.exists()
        release()
        out = StringIO()
        call_command("tick", stdout=out)
    assert "Standard, 2026-02-16: run" in out.getvalue()


def test_without_an_address_to_send_from_letters_are_issued_and_not_sent(settings):
    settings.DEFAULT_FROM_EMAIL = ""
    make.company(email="")
    acting("issue")
    make.invoice()
    assert turns() == [("issued", "no_sender")]
    assert not Message.objects.exists()
