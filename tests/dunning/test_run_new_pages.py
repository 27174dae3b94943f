"""The day and the policy of a new run: B05, B06, B07, B08."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from dunning.models import Policy, Run
from tests import make

NEW = "/dunning/new/"


def send(desk, **given):
    values = {"run_on": "2026-03-16", "policy": "", "request_key": "key-of-a-click"}
    return desk.post(NEW, values | given, follow=True)


def test_the_day_is_today_unless_said_otherwise(desk):
    """B06: default today."""
    page = desk.get(NEW)
    assert page.context["form"]["run_on"].initial == localdate()


def test_the_page_says_how_fresh_the_books_are(desk):
    owed = make.invoice("100.00 CHF")
    make.payment("40.00 CHF", on="2026-02-20", to=owed)
    page = desk.get(NEW).content.decode()
    assert "20.02.2026" in page


def test_an_invoice_due_on_the_day_is_proposed_a_grace_later(desk):
    """B06, B08: due 09.02, five days of grace: from 15.02 on, not on 14.02."""
    make.invoice("100.00 CHF", due="2026-02-09", number="INV-1")
    page = send(desk, run_on="2026-02-14", request_key="key-of-the-14th")
    assert [line.reason for line in page.context["run"].lines.all()] == [
        "deadline_running"
    ]
    page = send(desk, run_on="2026-02-15", request_key="key-of-the-15th")
    [line] = page.context["run"].lines.all()
    assert (line.level, line.deadline_on) == (1, make.day("2026-02-25"))


def test_a_double_click_makes_one_run(desk):
    make.invoice("100.00 CHF")
    first, second = send(desk), send(desk)
    assert Run.objects.count() == 1
    assert first.redirect_chain == second.redirect_chain


def test_the_policy_can_be_chosen(desk):
    make.invoice("100.00 CHF")
    other = Policy.objects.create(name="Friendly")
    other.levels.create(position=1, name="Rappel", grace_days=0, term_days=30)
    page = send(desk, policy=other.pk)
    assert page.context["run"].policy == other
    assert "Friendly" in page.content.decode()


def test_a_future_day_is_warned_of(desk):
    make.invoice("100.00 CHF")
    later = localdate() + timedelta(days=10)
    assert "10 days in the future" in send(desk, run_on=f"{later}").content.decode()


@pytest.mark.parametrize(
    "day",
    ["", "yesterday", "2026-02-30", "0001-01-01", "9999-12-31", "2062-03-16", "1e5"],
)
def test_a_day_that_is_none_is_refused_beside_the_field(desk, day):
    page = send(desk, run_on=day)
    assert page.context["form"].errors["run_on"]
    assert not Run.objects.exists()


@pytest.mark.parametrize("key", ["", "short", "with space in it", "x" * 41])
def test_a_forged_key_is_refused(desk, key):
    assert "request_key" in send(desk, request_key=key).context["form"].errors
    assert not Run.objects.exists()


def test_old_books_can_be_reminded_on_their_own_days(desk):
    make.invoice("100.00 CHF", due="2013-05-01")
    assert send(desk, run_on="2013-06-03").context["run"].lines.count() == 1


def test_a_stranger_starts_no_run(client, stranger, company):
    client.force_login(stranger)
    assert send(client).status_code == 403
    assert not Run.objects.exists()
