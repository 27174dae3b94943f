"""How one client is reminded: its policy, a block with reason and end, its release."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.utils.timezone import localdate

from config.timeline_words import client_event
from dunning.models import ClientTerms, Hold
from tests import make
from tests.dunning import desk as reminding

pytestmark = pytest.mark.django_db


@pytest.fixture
def dupont(company):
    return make.client("D-1", name="Dupont SA", email="")


def path(client):
    return f"/clients/{client.pk}/dunning/"


def in_days(count):
    return localdate() + timedelta(days=count)


def test_a_policy_is_chosen_kept_in_the_history_and_given_back(desk, dupont):
    reminding.policy()
    gentle = reminding.policy(name="Gentle", default=False)
    desk.post(path(dupont), {"choose": "", "policy": gentle.pk})
    desk.post(path(dupont), {"choose": "", "policy": gentle.pk})
    assert ClientTerms.objects.get().policy == gentle
    assert desk.get(path(dupont)).context["terms_form"]["policy"].value() == gentle.pk
    desk.post(path(dupont), {"choose": "", "policy": ""})
    assert not ClientTerms.objects.exists()
    assert [event.detail for event in dupont.events.all()] == [
        {"policy": "Gentle"},
        {"policy": ""},
    ]


def test_terms_are_agreed_kept_in_the_history_and_followed(desk, dupont):
    reminding.policy(
        [{"name": "Rappel", "fee": {"CHF": "20.00"}, "interest_rate": "5.00"}]
    )
    row = make.invoice("1000.00 CHF", to=dupont, due="2026-02-09")
    given = {"channel": "post", "fees_agreed": "no", "agreed_rate": "7.50"}
    page = desk.post(path(dupont), {"choose": ""} | given, follow=True)
    assert "no less than" not in page.content.decode()
    form = page.context["terms_form"]
    assert {name: str(form[name].value()) for name in given} == given
    [line] = reminding.propose("2026-02-19").lines.all()
    assert (line.invoice, line.fee.amount) == (row, 0)
    assert line.interest.amount == Decimal("2.05")  # 1000 × 7.5 % × 10 / 365
    assert [event.detail for event in dupont.events.all()] == [
        {"policy": "", "channel": "post", "fees_agreed": False, "agreed_rate": "7.50"}
    ]
    told = client_event(dupont.events.get())
    assert told == (
        "Dunning terms",
        "the default policy, Post, no fees are agreed, 7.50 % interest",
    )
    desk.post(path(dupont), {"choose": ""})
    assert not ClientTerms.objects.exists()


def test_a_rate_below_the_floor_of_french_law_is_warned_of(desk, dupont):
    """C. com. L441-10 II."""
    reminding.policy()
    dupont.country = "FR"
    dupont.save()
    page = desk.post(path(dupont), {"choose": "", "agreed_rate": "1.00"}, follow=True)
    assert "In France no less than" in page.content.decode()
    page = desk.post(path(dupont), {"choose": "", "agreed_rate": "20"}, follow=True)
    assert "In France no less than" not in page.content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("agreed_rate", "30.01"),
        ("agreed_rate", "-1"),
        ("agreed_rate", "1e1"),
        ("agreed_rate", "NaN"),
        ("agreed_rate", "5.001"),
        ("channel", "fax"),
        ("fees_agreed", "perhaps"),
    ],
)
def test_wrong_terms_are_refused_beside_their_field(desk, dupont, field, value):
    page = desk.post(path(dupont), {"choose": "", field: value})
    assert page.context["terms_form"].errors[field]
    assert not ClientTerms.objects.exists()


def test_a_policy_that_is_not_there_is_refused(desk, dupont):
    page = desk.post(path(dupont), {"choose": "", "policy": "999"})
    assert page.context["terms_form"].errors["policy"]
    assert not ClientTerms.objects.exists()


def test_a_block_stops_every_reminder_until_it_ends_or_is_released(
    desk, dupont, accountant
):
    reminding.policy()
    row = make.invoice("100.00 CHF", to=dupont)
    until = in_days(10)
    desk.post(path(dupont), {"block": "", "reason": "Insolvent", "until": until})
    held = Hold.objects.get()
    assert (held.client, held.invoice, held.reason) == (dupont, None, "Insolvent")
    assert (held.until, held.person) == (until, accountant)
    blocked = reminding.propose(in_days(1))
    assert reminding.lines(blocked) == {row.number: "client_blocked"}
    assert reminding.lines(reminding.propose(in_days(11)))[row.number] == 1
    assert "Insolvent" in desk.get(path(dupont)).content.decode()
    desk.post(f"/dunning/holds/{held.pk}/release/")
    assert (
        reminding.lines(reminding.propose(in_days(1)))[row.number] != "client_blocked"
    )


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": "x"}, "reason"),
        ({"reason": "x" * 301}, "reason"),
        ({"reason": "Insolvent", "until": in_days(-1)}, "until"),
        ({"reason": "Insolvent", "until": "2026-02-29"}, "until"),
        ({"reason": "Insolvent", "until": "9999-12-31"}, "until"),
    ],
)
def test_a_wrong_block_is_refused_beside_its_field(desk, dupont, given, field):
    page = desk.post(path(dupont), {"block": ""} | given)
    assert page.context["block_form"].errors[field]
    assert not Hold.objects.exists()


def test_the_page_says_who_is_written_to(desk, dupont):
    assert "reminders can only be printed" in desk.get(path(dupont)).content.decode()
    dupont.contacts.create(purpose="reminder", email="r@x.example")
    assert "r@x.example" in desk.get(path(dupont)).content.decode()


def test_a_client_that_is_not_there(desk):
    assert desk.get(f"/clients/{10**30}/dunning/").status_code == 404


@pytest.mark.parametrize("button", ["choose", "block", "nothing"])
def test_who_may_only_read_changes_nothing(client, stranger, dupont, button):
    reminding.policy()
    client.force_login(stranger)
    assert client.get(path(dupont)).status_code == 403
    stranger.user_permissions.add(Permission.objects.get(codename="view_run"))
    assert client.get(path(dupont)).status_code == 200
    answer = client.post(path(dupont), {button: "", "reason": "Insolvent"})
    assert answer.status_code == 403
    assert not Hold.objects.exists()
