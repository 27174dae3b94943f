"""The reference rates in the admin: entered by a person, checked, and said when old."""

from __future__ import annotations

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.urls import reverse

from dunning.models import Rate

pytestmark = pytest.mark.django_db
LIST = "admin:dunning_rate_changelist"


@pytest.fixture
def admin(client, company):
    client.force_login(User.objects.create_superuser("root"))
    return client


def enter(admin, **given):
    usual = {"table": "ecb", "since": "2026-07-01", "percent": "2.15", "source": "ECB"}
    return admin.post(reverse("admin:dunning_rate_add"), usual | given)


def test_a_rate_is_entered_with_who_did_it(admin):
    with time_machine.travel("2026-07-02", tick=False):
        assert enter(admin).status_code == 302
    rate = Rate.objects.get(table="ecb", since="2026-07-01")
    assert f"{rate.percent}" == "2.150"
    assert LogEntry.objects.get().user.username == "root"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("since", "1812-01-01"),
        ("since", "2062-07-01"),
        ("since", "soon"),
        ("percent", "215"),
        ("percent", "-6"),
        ("percent", "2.1234"),
        ("source", ""),
        # One rate a table and day.
        ("since", "2026-01-01"),
    ],
)
def test_a_wrong_rate_is_refused_at_its_field(admin, field, value):
    before = Rate.objects.count()
    with time_machine.travel("2026-07-02", tick=False):
        page = enter(admin, **{field: value})
    assert page.status_code == 200
    form = page.context["adminform"].form
    assert form.errors
    assert field in form.errors or "__all__" in form.errors
    assert Rate.objects.count() == before


def test_the_list_names_the_tables_nobody_checked_this_half_year(admin):
    with time_machine.travel("2026-06-30T10:00:00+02:00", tick=False):
        assert "checked up to" not in admin.get(reverse(LIST)).content.decode()
    with time_machine.travel("2026-07-01T10:00:00+02:00", tick=False):
        assert admin.get(reverse(LIST)).content.decode().count("checked up to") == 3
        enter(admin)
        page = admin.get(reverse(LIST)).content.decode()
    assert page.count("checked up to") == 2
    assert "Bundesbank, base rate (BGB 247): checked up to 30.06.2026" in page


def test_the_list_says_what_the_law_comes_to_today(admin):
    with time_machine.travel("2026-03-16T10:00:00+01:00", tick=False):
        page = admin.get(reverse(LIST))
    said = [(law, row.consumer, f"{row.percent:f}") for law, row in page.context["now"]]
    assert said == [
        ("Switzerland", False, "5.000"),
        ("Switzerland", True, "5.000"),
        ("Germany", False, "10.270"),
        ("Germany", True, "6.270"),
        ("France", False, "12.150"),
        ("EU directive 2011/7", False, "10.150"),
    ]
    assert "<td>Germany</td><td>Company</td><td>10.27</td>" in page.content.decode()


def test_a_rate_may_be_taken_away_again(admin):
    rate = Rate.objects.filter(table="fr_legal").latest("since")
    url = reverse("admin:dunning_rate_delete", args=[rate.pk])
    assert admin.post(url, {"post": "yes"}).status_code == 302
    assert not Rate.objects.filter(pk=rate.pk).exists()


def test_whoever_may_not_see_rates_is_sent_away(client, accountant):
    client.force_login(accountant)
    assert client.get(reverse(LIST)).status_code == 302
