"""A level set by hand (domain 9), and what goes back to a level (domain 10)."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from billing.models import Credit, Invoice
from dunning.models import LevelChange, NoticeLine
from tests import make
from tests.dunning.desk import issue_then, lines, policy, propose

pytestmark = pytest.mark.django_db
TODAY = make.day("2026-03-16")


@pytest.fixture(autouse=True)
def march():
    noon = timezone.make_aware(datetime.fromisoformat(f"{TODAY} 12:00"))
    with time_machine.travel(noon):
        yield


@pytest.fixture(scope="module")
def reminded(kept):
    with kept():
        policy()
        make.invoice("500.00 CHF", to=make.client("D-1"), number="ONE")
        issue_then("2026-02-16")


@pytest.fixture
def owed(reminded, db):
    """At level 1 since 16 February, deadline 26 February."""
    return Invoice.objects.get(number="ONE")


def change(desk, row, level, **given):
    values = {"level": level, "seen": row.level, "deadline_on": "", "reason": "Agreed"}
    return desk.post(f"/invoices/{row.pk}/level/", values | given, follow=True)


def standing(row):
    row.refresh_from_db()
    return row.level, f"{row.deadline_on}"


def next_of(on):
    run = propose(on)
    found = lines(run)["ONE"]
    run.delete()
    return found


def text(page):
    return " ".join(page.content.decode().replace("\u00a0", " ").split())


@pytest.mark.parametrize(
    ("level", "given", "after", "following"),
    [
        (0, {}, (0, "2026-02-26"), 1),
        (2, {}, (2, "2026-02-26"), 3),
        (3, {}, (3, "2026-02-26"), "last_level_reached"),
        (2, {"deadline_on": "2026-03-20"}, (2, "2026-03-20"), "deadline_running"),
    ],
)
def test_a_level_is_set_and_its_deadline_kept_unless_given(
    desk, owed, level, given, after, following
):
    page = text(change(desk, owed, level, **given))
    assert standing(owed) == after
    assert f"Level set by hand: 1 → {level}" in page
    assert "Agreed" in page
    assert next_of(TODAY) == following


def test_who_starts_over_reaches_each_level_again(desk, owed, accountant):
    change(desk, owed, 0)
    row = LevelChange.objects.get()
    assert (row.cycle, row.level_before, row.person) == (2, 1, accountant)
    issue_then(TODAY)
    assert standing(owed) == (1, "2026-03-26")
    assert sorted(NoticeLine.objects.values_list("cycle", "level")) == [(1, 1), (2, 1)]


@pytest.mark.parametrize(
    ("level", "given", "field"),
    [
        ("1", {}, "level"),
        ("4", {}, "level"),
        ("-1", {}, "level"),
        ("x", {}, "level"),
        ("2", {"reason": ""}, "reason"),
        ("2", {"deadline_on": "2026-02-08"}, "deadline_on"),
        ("2", {"deadline_on": "2029-01-01"}, "deadline_on"),
        ("2", {"seen": "x"}, "seen"),
    ],
)
def test_bad_input_is_refused_beside_its_field(desk, owed, level, given, field):
    page = change(desk, owed, level, **given)
    assert list(page.context["form"].errors) == [field]
    assert not LevelChange.objects.exists()


def test_the_second_of_two_tabs_is_told(desk, owed):
    change(desk, owed, 2)
    page = change(desk, owed, 3)
    assert "The level is 2 meanwhile" in text(page)
    assert LevelChange.objects.count() == 1


def test_a_stranger_sets_no_level(client, stranger, owed, company):
    client.force_login(stranger)
    assert change(client, owed, 0).status_code == 403


def test_a_paid_invoice_keeps_its_level(desk, owed):
    make.payment("500.00 CHF", on=TODAY, to=owed)
    assert "The invoice is paid." in text(change(desk, owed, 0))


def test_the_tab_shows_the_ladder(desk, owed):
    page = desk.get(f"/invoices/{owed.pk}/reminders/")
    assert [(r.level, r.current, r.is_next) for r in page.context["ladder"]] == [
        (1, True, False),
        (2, False, True),
        (3, False, False),
    ]
    change(desk, owed, 2)
    page = desk.get(f"/invoices/{owed.pk}/reminders/")
    assert "set by hand" in text(page)


class TestRollback:
    """The table of domain 10, through the pages."""

    def test_a_payment_that_is_reversed_puts_it_back_to_its_level(self, desk, owed):
        paid = make.payment("500.00 CHF", on="2026-03-02", to=owed)
        assert standing(owed) == (1, "2026-02-26")
        assert "Paid." in text(desk.get(f"/invoices/{owed.pk}/reminders/"))
        assert not propose(TODAY).lines.exists()
        desk.post(
            f"/payments/{paid.pk}/reverse/",
            {"dated_on": "2026-03-10", "reason": "Bounced"},
        )
        paid.refresh_from_db()
        assert paid.counter_entries.exists()
        assert standing(owed) == (1, "2026-02-26")
        assert next_of(TODAY) == 2
        issue_then(TODAY)
        assert NoticeLine.objects.get(level=2).cycle == 1

    def test_a_part_payment_changes_nothing(self, owed):
        make.payment("499.99 CHF", on="2026-03-02", to=owed)
        assert standing(owed) == (1, "2026-02-26")
        assert next_of(TODAY) == 2

    def test_a_credit_note_that_closes_it_keeps_the_history(self, desk, owed):
        make.credit(
            "500.00 CHF",
            of=owed.client,
            on="2026-03-02",
            to={owed: "500.00 CHF"},
            kind=Credit.Kind.CREDIT_NOTE,
        )
        assert not propose(TODAY).lines.exists()
        page = text(desk.get(f"/invoices/{owed.pk}/reminders/"))
        assert "Reminder R-2026-" in page
        assert TODAY - timedelta(days=28) == NoticeLine.objects.get().run_on
