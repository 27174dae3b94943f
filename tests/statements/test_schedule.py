"""Statements after each month or quarter: held once, looked at, released."""

from __future__ import annotations

from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.utils.timezone import now

from billing.models import BankAccount, BankFile
from config.clockwork import take_turn
from config.restored import settle
from delivery.actions.service import hold, release
from delivery.actions.working import work_job
from delivery.models import Job, JobItem
from statements.actions.batches import discard_batch, release_batch
from statements.actions.scheduling import keep_schedule, take_due_statements
from statements.models import Batch, Schedule
from statements.rules.orders import Order
from tests import make

SET_ON = make.day("2026-01-15")
DUE = make.day("2026-02-03")


def scheduled(**given):
    """A monthly schedule, set in January."""
    wanted = Order(SET_ON, "activity", send=True).kept()
    del wanted["end"], wanted["without"]
    values = {"name": "Monthly", "rhythm": "monthly", "days_after": 3}
    row = Schedule(wanted=wanted, **values | given)
    keep_schedule(row, SET_ON, None)
    return row


def taken(on=DUE):
    """What a turn of the clock did: up to which day, and what became of it."""
    return [(str(row.end), row.state) for row in take_due_statements(on)]


def shown(answer):
    return " ".join(answer.content.decode().split())


def test_a_batch_is_held_once_however_often_the_clock_asks(portfolio):
    scheduled()
    assert taken(make.day("2026-02-02")) == []
    assert taken() == [("2026-01-31", "held")]
    assert taken() == taken(make.day("2026-02-28")) == []
    assert taken(make.day("2026-03-03")) == [("2026-02-28", "held")]
    assert not Job.objects.exists()


def test_missed_months_are_caught_up_with_one_batch(portfolio):
    scheduled()
    assert taken(make.day("2026-06-20")) == [("2026-05-31", "held")]
    assert Batch.objects.count() == 1


def test_it_asks_for_what_the_schedule_says(portfolio, dupont):
    row = scheduled(rhythm="quarterly")
    row.wanted |= {"words": "owing", "kind": "open-items"}
    keep_schedule(row, SET_ON, None)
    assert taken(make.day("2026-04-03")) == [("2026-03-31", "held")]
    [batch] = Batch.objects.all()
    assert (batch.wanted["words"], batch.wanted["kind"]) == ("owing", "open-items")


def test_where_nobody_gets_one_there_is_nothing_to_look_at(desk, company):
    scheduled()
    assert taken() == [("2026-01-31", "empty")]
    assert taken() == []
    assert "wait to be released" not in shown(desk.get("/statements/bulk/"))


def test_switched_off_and_on_again_nothing_was_missed(portfolio):
    row = scheduled(active=False)
    assert taken() == []
    row.active = True
    keep_schedule(row, make.day("2026-02-20"), None)
    assert taken(make.day("2026-02-20")) == []
    assert taken(make.day("2026-03-03")) == [("2026-02-28", "held")]


def test_an_earlier_day_of_the_month_does_not_lose_a_period(portfolio):
    row = scheduled(days_after=20)
    row.days_after = 3
    keep_schedule(row, make.day("2026-02-10"), None)
    assert taken(make.day("2026-02-10")) == [("2026-01-31", "held")]


def test_it_releases_itself_after_the_days_that_were_given(portfolio, dupont):
    scheduled(release_after=4)
    make.credit("5.00 CHF", of=dupont, on="2026-02-06", number="P-NEW")
    assert taken() == [("2026-01-31", "held")]
    assert taken(make.day("2026-02-06")) == []
    assert taken(make.day("2026-02-07")) == [("2026-01-31", "released")]
    assert taken(make.day("2026-02-08")) == []
    job = Job.objects.get()
    assert job.created_by is None
    work_job(job.pk, seconds=0)
    assert JobItem.objects.filter(job=job).count() == 2


def test_a_person_is_faster_or_discards_it(portfolio, desk):
    scheduled(release_after=1)
    taken()
    discard_batch(Batch.objects.get(), None)
    assert taken(make.day("2026-02-04")) == []
    assert not Job.objects.exists()


def test_with_payments_that_lag_behind_it_waits_and_says_why(portfolio, desk, dupont):
    """Who has paid would look as if they had not."""
    scheduled(release_after=0)
    march = make.day("2026-03-03")
    assert taken(march) == [("2026-02-28", "held")]
    assert taken(march) == []
    assert Batch.objects.get().stopped == "old_data"
    assert "the bank is not known up to the end" in shown(desk.get("/statements/bulk/"))
    make.credit("5.00 CHF", of=dupont, on="2026-03-01", number="P-NEW")
    assert taken(march) == [("2026-02-28", "released")]
    assert Batch.objects.get().stopped == ""


def test_bank_files_must_reach_the_end_of_the_period(portfolio):
    account = BankAccount.objects.create(iban="CH9300762011623852957")
    BankFile.objects.create(
        account=account, content=b"", sha256="0", last_on=make.day("2026-01-30")
    )
    scheduled(release_after=0)
    assert taken() == [("2026-01-31", "held")]
    BankFile.objects.create(
        account=account, content=b"", sha256="1", last_on=make.day("2026-01-31")
    )
    assert taken() == [("2026-01-31", "released")]


def test_without_an_address_to_send_from_it_waits(portfolio, dupont, settings):
    settings.DEFAULT_FROM_EMAIL = ""
    make.company(email="")
    make.credit("5.00 CHF", of=dupont, on="2026-02-02", number="P-NEW")
    scheduled(release_after=0)
    assert taken() == [("2026-01-31", "held")]
    assert Batch.objects.get().stopped == "no_sender"


def test_after_a_restore_nothing_is_prepared(portfolio):
    scheduled()
    with time_machine.travel("2026-02-03 12:00+00:00"):
        hold(person=None, why="Restored from a backup of Monday.", now=now())
        call_command("tick", stdout=StringIO())
        assert not Batch.objects.exists()
        release()
        out = StringIO()
        call_command("tick", stdout=out)
    assert "Monthly, 2026-01-31: held." in out.getvalue()


def test_what_was_held_in_a_backup_does_not_leave_by_itself(portfolio, dupont, desk):
    """It may have left since, from the database that was lost."""
    make.credit("5.00 CHF", of=dupont, on="2026-02-06", number="P-NEW")
    scheduled(release_after=1)
    taken()
    settle(now())
    assert taken(make.day("2026-02-10")) == []
    assert "a backup was put back" in shown(desk.get("/statements/bulk/"))
    release_batch(Batch.objects.get(), None)
    assert Job.objects.count() == 1


def test_it_stands_on_the_first_page_and_with_the_others(portfolio, desk):
    scheduled()
    with time_machine.travel("2026-02-03 12:00+00:00", tick=False):
        [batch] = take_turn(DUE, now()).statements
    here = f'href="/statements/batches/{batch.pk}/"'
    for page in ("/", "/statements/bulk/", "/statements/schedules/"):
        found = shown(desk.get(page))
        assert "Statements at 31.01.2026 wait to be released" in found, page
        assert here in found, page


def test_a_schedule_is_written_down_on_its_page(desk, company):
    page = "/statements/schedules/new/"
    assert 'value="3"' in shown(desk.get(page))
    given = {
        "name": "  Quarter  ",
        "rhythm": "quarterly",
        "days_after": "5",
        "release_after": "2",
        "kind": "open-items",
        "least": "50",
        "currency": "",
        "send": "on",
        "skip_zero": "on",
        "active": "on",
    }
    assert desk.post(page, given).url == "/statements/schedules/"
    row = Schedule.objects.get()
    order = Order.of(row.wanted | {"end": "2026-03-31"})
    assert (row.name, row.release_after, row.changed_by.username) == (
        "Quarter",
        2,
        "anna",
    )
    assert (order.kind, order.least, order.skip_zero, order.words) == (
        "open-items",
        50,
        True,
        "",
    )
    listed = shown(desk.get("/statements/schedules/"))
    assert "by itself after 2 days" in listed
    mine = f"/statements/schedules/{row.pk}/"
    assert 'value="Quarter"' in shown(desk.get(mine))
    desk.post(mine, given | {"active": "", "release_after": ""})
    row.refresh_from_db()
    assert (row.active, row.release_after) == (False, None)
    assert "switched off" in shown(desk.get("/statements/schedules/"))


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "Monthly"}, "There is a schedule of this name already."),
        ({"rhythm": "daily"}, "not one of the available choices"),
        ({"days_after": "0"}, "greater than or equal to 1"),
        ({"days_after": "29"}, "less than or equal to 28"),
        ({"days_after": "9" * 30}, "less than or equal to 28"),
        ({"release_after": "-1"}, "greater than or equal to 0"),
        ({"release_after": "x"}, "Enter a whole number."),
        ({"kind": ""}, "This field is required."),
        ({"least": "NaN"}, "Enter a number."),
    ],
)
def test_what_cannot_be_is_said_at_its_field(desk, company, given, reason):
    scheduled()
    usual = {"name": "Other", "rhythm": "monthly", "days_after": "3"}
    answer = desk.post(
        "/statements/schedules/new/", usual | {"kind": "activity"} | given
    )
    assert answer.status_code == 400
    assert reason in shown(answer)
    assert Schedule.objects.count() == 1
