"""What dunning leaves to do stands on the first page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from dunning.models import Charge, Hold, Notice, Policy, Run, ScheduledDay
from tests import make
from tests.dunning.desk import issue, policy


def ago(count):
    return localdate() - timedelta(days=count)


def tasks(desk):
    return {task.address.partition("?")[0]: task.text for task in desk.get("/").context["tasks"]}  # fmt: skip


@pytest.fixture
def reminded(company):
    """An invoice whose one and last reminder has run out."""
    policy([{"name": "Only", "grace_days": 0, "term_days": 5}])
    invoice = make.invoice("100.00 CHF", due=ago(30), issued=ago(60))
    issue(ago(20).isoformat())
    return invoice


def test_what_no_reminder_follows_waits_for_a_decision(desk, reminded):
    assert tasks(desk)["/dunning/decide/"].startswith("1 invoice waits for a decision")


def test_a_promise_that_was_not_kept_and_is_owed(desk, reminded):
    held = {"client": reminded.client, "invoice": reminded, "kind": "promise"}
    Hold.objects.create(**held, since=ago(9), until=ago(3), reason="phone")
    assert tasks(desk)["/dunning/effect/"] == "1 promise to pay was not kept"
    make.payment("100.00 CHF", on=ago(1).isoformat(), to=reminded)
    assert "/dunning/effect/" not in tasks(desk)


def test_fees_and_interest_that_are_open(desk, reminded):
    Charge.objects.create(
        notice=Notice.objects.get(),
        client=reminded.client,
        kind="fee",
        dated_on=ago(20),
        currency="CHF",
        amount="20",
        open="15",
    )
    assert tasks(desk)["/dunning/charges/"].endswith(
        "are open: CHF\N{NO-BREAK SPACE}15.00"
    )


def test_a_run_that_the_schedule_proposed(desk, reminded):
    turn = ScheduledDay.objects.create(policy=Policy.objects.first(), day=ago(0))
    run = Run.objects.create(run_on=ago(0), request_key="s", scheduled=turn)
    assert tasks(desk)[f"/dunning/runs/{run.pk}/"].startswith("The schedule proposes")


def test_the_menu_marks_the_page_one_is_on_alone(desk, reminded):
    html = desk.get("/dunning/effect/").content.decode()
    menu = html.partition("<nav")[2].partition("</nav>")[0]
    assert menu.count("nav-item active") == 1
    assert menu.count('aria-current="page"') == 1
