"""4.12: before it is saved the admin says what a policy would do today."""

from __future__ import annotations

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dunning.actions.runs import issue_run
from dunning.facts.runs import run_totals
from dunning.models import ClientTerms, Level, Policy, PolicyVersion, Run
from tests import make
from tests.dunning import desk
from tests.dunning.test_admin import admin, change, policy, url  # noqa: F401

pytestmark = pytest.mark.django_db
LOOK = {"_look": "Show"}


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-03-16 12:00+00:00"):
        yield


def looked(page):
    return {row.what: (row.now, row.change) for row in page.context["looked"]}


def late(count=3, due="2026-02-09", amount="100.00 CHF"):
    return [make.invoice(amount, due=due) for _ in range(count)]


def test_a_policy_is_looked_at_and_nothing_is_saved(admin, policy):  # noqa: F811
    late()
    make.invoice(due="2026-03-12")
    page = change(admin, policy, **{"levels-0-grace_days": 2}, **LOOK)
    assert page.status_code == 200
    assert looked(page) == {
        "Letters": ("4", "+1"),
        "Invoices at level 1, Rappel de paiement": ("4", "+1"),
        "To pay CHF": ("CHF\xa0400.00", "+CHF\xa0100.00"),
        "Left out: Deadline running": ("0", "−1"),
    }
    # The values are still in the form.
    forms = page.context["inline_admin_formsets"][0].formset.forms
    assert forms[0]["grace_days"].value() == "2"
    assert Level.objects.get(policy=policy, position=1).grace_days == 5
    assert not PolicyVersion.objects.exists()


def test_what_is_wrong_is_said_instead(admin, policy):  # noqa: F811
    page = change(admin, policy, **{"levels-0-grace_days": -2}, **LOOK)
    assert "looked" not in page.context
    assert page.context["errors"]


@pytest.mark.parametrize(
    "changes",
    [
        {"amounts-0-fee": "7.50", "fee_per": "invoice", "interest_rate": "5"},
        {"amounts-0-fee": "20.00", "legal_interest": "on"},
        {"amounts-0-minimum": "150.00"},
    ],
)
def test_the_figures_of_a_level_are_those_of_a_real_run(
    admin,  # noqa: F811
    policy,  # noqa: F811
    accountant,
    changes,
):
    Policy.objects.update(fees_agreed=True)
    client = make.client()
    partly = make.invoice("200.00 CHF", to=client)
    make.payment("50.00 CHF", on="2026-02-20", to=partly)
    make.invoice("100.00 CHF", to=client)
    late(2)
    page = change(admin, policy.levels.get(position=1), **changes, **LOOK)
    said = looked(page)
    assert change(admin, policy.levels.get(position=1), **changes).status_code == 302
    run = desk.propose("2026-03-16")
    totals = run_totals(run)
    left_out = run.lines.filter(level=0).count()
    assert said["Letters"][0] == str(totals.letters)
    shown = [int(now) for what, (now, _c) in said.items() if "Left out" in what]
    assert sum(shown) == left_out
    levels = [int(now) for what, (now, _c) in said.items() if "at level" in what]
    assert sum(levels) == totals.invoices
    if totals.letters:
        issue_run(run, accountant)
        issued = run_totals(Run.objects.get(pk=run.pk)).sums["CHF"]
        assert said["To pay CHF"][0] == f"CHF\xa0{issued.total.amount:.2f}"
        if issued.fee:
            assert said["Fees CHF"][0] == f"CHF\xa0{issued.fee.amount:.2f}"
        if issued.interest:
            assert (
                said["Late interest CHF"][0] == f"CHF\xa0{issued.interest.amount:.2f}"
            )
    # What is saved now differs in nothing from what was looked at.
    again = change(admin, policy.levels.get(position=1), **LOOK)
    assert not any(row.change for row in again.context["looked"])


def test_another_default_takes_the_clients_without_a_policy(admin, policy):  # noqa: F811
    other = desk.policy(
        [{"name": "Gentle", "grace_days": 60}], name="Other", default=False
    )
    mine = make.invoice()
    ClientTerms.objects.create(client=mine.client, policy=policy)
    late(2)
    said = looked(change(admin, other, is_default="on", **LOOK))
    assert said["Letters"] == ("1", "−2")
    assert said["Left out: Deadline running"] == ("2", "+2")
    said = looked(change(admin, policy, is_default=None, **LOOK))
    assert said["Left out: No dunning policy"] == ("2", "+2")


def test_a_policy_that_is_not_there_yet_is_looked_at(admin, policy):  # noqa: F811
    late(2)
    sent = {
        "name": "New",
        "is_default": "on",
        "grouping": "client",
        "min_interval_days": 0,
        "regime": "auto",
        "day_count": "365",
        "automation": "off",
        "weekdays": ["1"],
        "levels-TOTAL_FORMS": 1,
        "levels-INITIAL_FORMS": 0,
        "levels-0-position": 1,
        "levels-0-name": "First",
        "levels-0-grace_days": 0,
        "levels-0-term_days": 10,
        "levels-0-interest_rate": 0,
    }
    page = admin.post("/admin/dunning/policy/add/", sent | LOOK)
    assert looked(page)["Invoices at level 1, First"] == ("2", "")
    assert Policy.objects.count() == 1


def test_many_invoices_take_no_more_queries(admin, policy):  # noqa: F811
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as found:
            change(admin, policy, **LOOK)
        return len(found)

    late(1)
    few = queries()
    late(20)
    assert queries() == few


def test_who_may_only_look_at_policies_has_no_button(client, policy, stranger):  # noqa: F811
    from django.contrib.auth.models import Permission

    stranger.is_staff = True
    stranger.save()
    stranger.user_permissions.set(Permission.objects.filter(codename="view_policy"))
    client.force_login(stranger)
    assert "_look" not in client.get(url(policy)).content.decode()
    assert client.post(url(policy), LOOK).status_code == 403
