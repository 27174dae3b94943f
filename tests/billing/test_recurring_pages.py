"""Pages of recurring invoices: made from a draft, listed, changed, paused, ended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from dateutil.relativedelta import relativedelta
from django.utils.timezone import localdate

from billing.actions.recurring import make_due, pause_recurrence, start_recurrence
from billing.models import Draft, Occurrence, Recurrence
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(company):
    return make.draft("100", to=make.client("K"), title="Rent {month} {year}")


@pytest.fixture
def recurrence(draft):
    first = localdate() - relativedelta(months=2)
    return start_recurrence(draft, Recurrence(draft=draft, first_on=first))


def given(**changes):
    values = {"every_months": "1", "first_on": localdate().isoformat(), "last_on": ""}
    return values | changes


def errors(page):
    return set(page.context["form"].errors)


def test_a_draft_becomes_the_pattern(desk, accountant, draft):
    page = desk.get(f"/drafts/{draft.pk}/recurring/")
    assert len(page.context["days"]) == 6
    answer = desk.post(
        f"/drafts/{draft.pk}/recurring/",
        given(every_months="3", issues_itself="on", sends_itself="on"),
    )
    row = Recurrence.objects.get()
    assert answer.url == f"/recurring/{row.pk}/"
    assert (row.every_months, row.issues_itself, row.sends_itself) == (3, True, True)
    assert (row.draft, row.created_by) == (draft, accountant)
    assert desk.post(f"/drafts/{draft.pk}/recurring/", given()).url == answer.url
    assert Recurrence.objects.count() == 1


def test_the_dates_are_shown_before_with_what_they_say(desk, draft):
    draft.language = "fr"
    draft.save()
    page = desk.post(
        f"/drafts/{draft.pk}/recurring/",
        given(first_on="2027-01-31", last_on="2027-03-31", preview="yes"),
    )
    assert [(d["day"].isoformat(), d["text"]) for d in page.context["days"]] == [
        ("2027-01-31", "Rent janvier 2027"),
        ("2027-02-28", "Rent février 2027"),
        ("2027-03-31", "Rent mars 2027"),
    ]
    assert not Recurrence.objects.exists()


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"every_months": "2"}, {"every_months"}),
        ({"every_months": "x"}, {"every_months"}),
        ({"first_on": ""}, {"first_on"}),
        ({"first_on": "2026-02-30"}, {"first_on"}),
        ({"first_on": "1700-01-01"}, {"first_on"}),
        ({"first_on": (localdate() - timedelta(400)).isoformat()}, {"first_on"}),
        ({"last_on": "2020-01-01"}, {"last_on"}),
        ({"sends_itself": "on"}, {"sends_itself"}),
    ],
)
def test_what_cannot_be_is_told_at_its_field(desk, draft, changes, fields):
    page = desk.post(f"/drafts/{draft.pk}/recurring/", given(**changes))
    assert errors(page) == fields
    assert not Recurrence.objects.exists()


def test_a_placeholder_that_nobody_can_fill_in_is_told(desk, draft):
    Draft.objects.update(title="Rent {mounth}")
    page = desk.post(f"/drafts/{draft.pk}/recurring/", given())
    assert "{mounth}" in page.context["form"].non_field_errors()[0]
    assert not Recurrence.objects.exists()


def test_the_list_shows_next_date_amount_and_state(desk, recurrence):
    make_due(localdate() - timedelta(1))
    table = desk.get("/recurring/").context["table"]
    [row] = table.rows
    assert recurrence.draft.client.name in row.get_cell("client")
    assert row.record.made_on == localdate() - relativedelta(months=1)
    assert row.get_cell("total") == "CHF\u00a0100.00"
    assert "Active" in row.get_cell("state")


def test_the_list_takes_the_same_queries_for_many(
    desk, recurrence, django_assert_max_num_queries
):
    for _ in range(5):
        draft = make.draft("1", "2")
        start_recurrence(draft, Recurrence(draft=draft, first_on=localdate()))
    with django_assert_max_num_queries(16):
        desk.get("/recurring/")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_list_leaves_as_a_file(desk, recurrence, form):
    answer = desk.get(f"/recurring/?export={form}")
    assert "attachment" in answer["Content-Disposition"]


def test_a_page_shows_what_was_made_and_what_comes(desk, recurrence):
    make_due(localdate())
    page = desk.get(f"/recurring/{recurrence.pk}/")
    assert len(page.context["made"]) == 3
    assert page.context["days"][0]["day"] > localdate()
    assert not any(day["at_once"] for day in page.context["days"])


def test_a_problem_is_on_the_page(desk, recurrence):
    Recurrence.objects.update(issues_itself=True)
    make.company(city="")
    make_due(localdate())
    page = desk.get(f"/recurring/{recurrence.pk}/")
    assert len(page.context["problems"]) == 3
    assert "address of the company" in page.content.decode()
    assert "3 problems" in desk.get("/recurring/").content.decode()


def test_another_rhythm_is_shown_then_kept(desk, recurrence):
    first = recurrence.first_on.isoformat()
    form = given(every_months="12", first_on=first, issues_itself="on")
    desk.post(f"/recurring/{recurrence.pk}/change/", form | {"preview": "yes"})
    recurrence.refresh_from_db()
    assert recurrence.every_months == 1
    desk.post(f"/recurring/{recurrence.pk}/change/", form)
    recurrence.refresh_from_db()
    assert (recurrence.every_months, recurrence.issues_itself) == (12, True)
    page = desk.post(f"/recurring/{recurrence.pk}/change/", given(last_on="2000-01-01"))
    assert errors(page) == {"last_on"}


@pytest.mark.parametrize(("catch_up", "skipped", "made"), [("", 3, 0), ("on", 0, 3)])
def test_pause_and_resume(desk, recurrence, catch_up, skipped, made):
    desk.post(f"/recurring/{recurrence.pk}/pause/")
    assert make_due(localdate()) == []
    desk.post(f"/recurring/{recurrence.pk}/resume/", {"catch_up": catch_up})
    assert Occurrence.objects.count() == skipped
    assert len(make_due(localdate())) == made


def test_the_end(desk, recurrence):
    make_due(localdate())
    desk.post(f"/recurring/{recurrence.pk}/end/")
    page = desk.get(f"/recurring/{recurrence.pk}/")
    assert (page.context["state"], page.context["days"]) == ("ended", [])
    assert make_due(localdate() + timedelta(400)) == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/recurring/"),
        ("get", "/recurring/{pk}/"),
        ("get", "/drafts/{draft}/recurring/"),
        ("post", "/drafts/{draft}/recurring/"),
        ("post", "/recurring/{pk}/change/"),
        ("post", "/recurring/{pk}/pause/"),
        ("post", "/recurring/{pk}/resume/"),
        ("post", "/recurring/{pk}/end/"),
    ],
)
def test_strangers_are_refused(client, stranger, recurrence, method, path):
    client.force_login(stranger)
    pause_recurrence(recurrence)
    path = path.format(pk=recurrence.pk, draft=recurrence.draft_id)
    assert getattr(client, method)(path).status_code == 403
