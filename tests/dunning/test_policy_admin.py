"""A policy's settings in the admin: what the law asks for, versions, what if."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry

from dunning import facts
from dunning.models import (
    LevelAmount,
    Notice,
    Policy,
    PolicyVersion,
    Run,
    ScheduledDay,
)
from tests import make
from tests.dunning import desk
from tests.dunning.test_admin import admin, change, errors, fields, policy, url  # noqa: F401

pytestmark = pytest.mark.django_db


def test_every_setting_of_a_policy_is_kept(admin, policy):  # noqa: F811
    given = {
        "grouping": "invoice",
        "regime": "de",
        "day_count": "30/360",
        "fees_agreed": "on",
        "working_days": "on",
        "automation": "propose",
        "weekdays": ["4", "1"],
        "skip_holidays": None,
    }
    assert change(admin, policy, **given).status_code == 302
    rule = facts.policy_rule(Policy.objects.get(pk=policy.pk))
    assert (rule.grouping, rule.regime, rule.day_count) == ("invoice", "de", "30/360")
    assert (rule.fees_agreed, rule.working_days) == (True, True)
    assert (rule.automation, rule.weekdays, rule.skip_holidays) == (
        "propose",
        "14",
        False,
    )


def test_every_setting_of_a_level_is_kept(admin, policy):  # noqa: F811
    level = policy.levels.get(position=2)
    given = {
        "legal_interest": "on",
        "lump_sum": "on",
        "fee_per": "invoice",
        "channel": "both",
        "attach_invoices": "on",
    }
    assert change(admin, level, **given).status_code == 302
    rule = facts.policy_rule(policy).levels[1]
    assert (rule.legal_interest, rule.lump_sum, rule.attach_invoices) == (True,) * 3
    assert (rule.fee_per, rule.channel) == ("invoice", "both")
    # The rate stands on the page of the policy: there it is refused, too.
    page = change(admin, policy, **{"levels-1-interest_rate": "5"})
    assert "charges interest by law" in errors(page)


def test_a_swiss_policy_with_fees_cannot_lose_their_agreement(admin, policy):  # noqa: F811
    """CO 104: a fee is owed only where it was agreed."""
    Policy.objects.update(fees_agreed=True)
    LevelAmount.objects.filter(level__policy=policy, currency="CHF").update(fee=20)
    page = change(admin, policy, fees_agreed=None)
    assert "only where they were agreed" in errors(page)
    assert change(admin, policy, fees_agreed=None, regime="de").status_code == 302


def test_swiss_law_knows_no_lump_sum(admin, policy):  # noqa: F811
    Policy.objects.update(regime="ch")
    page = change(admin, policy.levels.first(), lump_sum="on")
    assert "knows no lump sum" in errors(page)


def test_fees_that_france_does_not_let_be_charged_are_warned_of(admin, policy):  # noqa: F811
    """CPCE L111-8."""
    make.company(country="FR")
    level = policy.levels.get(position=1)
    change(admin, level, **{"amounts-1-fee": "10.00"})
    page = admin.get(url(level))
    assert "CPCE art. L111-8" in " ".join(str(m) for m in page.context["messages"])


def test_each_saved_change_is_a_version_with_who_and_what(admin, policy):  # noqa: F811
    """4.12"""
    change(admin, policy)
    change(admin, policy)
    assert PolicyVersion.objects.count() == 1
    change(admin, policy, grouping="level", **{"levels-1-term_days": "15"})
    change(admin, policy.levels.get(position=1), **{"texts-2-opening": "Bonjour,"})
    rows = PolicyVersion.objects.order_by("position")
    assert [(row.position, row.person.username) for row in rows] == [
        (1, "root"),
        (2, "root"),
        (3, "root"),
    ]
    page = admin.get(url(policy, "history"))
    newest, middle, first = page.context["versions"]
    assert [tuple(one) for one in middle.changes] == [
        ("Letters", "One for each client and currency", "One for each level"),
        ("Level 2: days to pay", "10", "15"),
    ]
    [words] = newest.changes
    assert words.after == "Bonjour,"
    assert first.changes == ()
    assert LogEntry.objects.exists()


def test_words_as_a_browser_sends_them_are_the_same_words(admin, policy):  # noqa: F811
    """Browsers end lines in two characters; the usual words stay the usual ones."""
    level = policy.levels.get(position=1)
    change(admin, level)
    before = facts.policy_rule(policy)
    sent = {
        k: v.replace("\n", "\r\n") for k, v in fields(admin.get(url(level))).items()
    }
    assert admin.post(url(level), sent).status_code == 302
    assert facts.policy_rule(policy) == before
    assert PolicyVersion.objects.count() == 1


def test_a_letter_names_its_version_and_keeps_it(admin, policy, accountant):  # noqa: F811
    """4.12: changing a policy leaves what was issued as it was issued."""
    make.invoice()
    desk.issue("2026-02-16", person=accountant)
    [letter] = Notice.objects.all()
    before = Notice.objects.values().get()
    assert letter.version.content["levels"][0]["term_days"] == 10
    change(admin, policy, **{"levels-0-term_days": "30"})
    assert PolicyVersion.objects.count() == 2
    assert Notice.objects.values().get() == before
    [newest, first] = admin.get(url(policy, "history")).context["versions"]
    assert (newest.letters, first.letters) == (0, 1)


def test_the_days_of_the_schedule_are_shown(admin, policy):  # noqa: F811
    day = ScheduledDay.objects.create(
        policy=policy, day=make.day("2026-02-16"), outcome="nothing"
    )
    late = ScheduledDay.objects.create(policy=policy, day=make.day("2026-02-23"))
    run = Run.objects.create(
        run_on=late.day, policy=policy, request_key="k", scheduled=late
    )
    first, second = admin.get(url(policy)).context["turns"]
    assert (first.run, first.outcome) == (run.pk, "")
    assert (second.day, second.outcome) == (day.day, "nobody to remind")
