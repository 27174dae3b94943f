"""The policy in the admin (B13, B14): as many levels as wanted, errors at their field."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from dunning import facts
from dunning.actions.runs import issue_run
from dunning.models import ClientTerms, Level, Notice, Policy
from tests import make
from tests.dunning import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy(company):
    return Policy.objects.get(name="Standard")


@pytest.fixture
def admin(client, policy):
    client.force_login(User.objects.create_superuser("root"))
    return client


def fields(page):
    """What the forms of an admin page would send."""
    sent = {}
    forms = [page.context["adminform"].form]
    for inline in page.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for bound in form:
            value = bound.value()
            if value is not None and value is not False:
                several = isinstance(value, list)
                sent[bound.html_name] = value if several else str(value)
    return sent


def url(row, what="change"):
    return reverse(f"admin:dunning_{row._meta.model_name}_{what}", args=[row.pk])


def change(admin, row, **changes):
    sent = fields(admin.get(url(row))) | changes
    return admin.post(url(row), {k: v for k, v in sent.items() if v is not None})


def errors(page):
    text = " ".join(re.findall(r'(?s)<ul class="errorlist[^>]*>.*?</ul>', page.content.decode()))  # fmt: skip
    return re.sub(r"<[^>]+>", "", text)


def names(policy):
    return [level.name for level in facts.policy_rule(policy).levels]


def add_level(place, **given):
    values = {"position": place, "grace_days": 0, "term_days": 10, "interest_rate": 0} | given  # fmt: skip
    return {f"levels-3-{name}": value for name, value in values.items()} | {
        "levels-TOTAL_FORMS": 4
    }


def test_a_level_is_added_with_the_usual_words(admin, policy):
    assert change(admin, policy, **add_level(4, name="4e relance")).status_code == 302
    assert names(policy)[3] == "4e relance"
    last = facts.policy_rule(policy).levels[3]
    assert {code: text.title for code, text in last.texts.items()} == {
        "fr": "3e relance",
        "de": "3. Mahnung",
        "en": "Third reminder notice",
        "it": "3° sollecito",
    }


def test_a_level_is_taken_away(admin, policy):
    assert change(admin, policy, **{"levels-2-DELETE": "on"}).status_code == 302
    assert names(policy) == ["Rappel de paiement", "1re relance"]


def test_two_levels_swap_their_places(admin, policy):
    changes = {"levels-0-position": 2, "levels-1-position": 1}
    assert change(admin, policy, **changes).status_code == 302
    assert names(policy) == ["1re relance", "Rappel de paiement", "Mise en demeure"]
    assert [lv.position for lv in policy.levels.all()] == [1, 2, 3]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"levels-1-position": 1}, "each once"),
        ({"levels-2-position": 4}, "each once"),
        ({"levels-0-position": 0}, "greater than or equal to 1"),
        ({"levels-1-DELETE": "on"}, "each once"),
        ({f"levels-{n}-DELETE": "on" for n in range(3)}, "at least one level"),
        ({"levels-0-grace_days": -1}, "greater than or equal to 0"),
        ({"levels-0-term_days": 366}, "less than or equal to 365"),
        ({"levels-0-interest_rate": 31}, "less than or equal to 30"),
        ({"levels-0-name": ""}, "required"),
        ({"name": ""}, "required"),
        ({"automation": "issue", "weekdays": []}, "Choose at least one day"),
        ({"weekdays": ["1", "8"]}, "Select a valid choice"),
        ({"grouping": "page"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_with_the_levels_is_said(admin, policy, changes, said):
    page = change(admin, policy, **changes)
    assert page.status_code == 200
    assert said in errors(page)
    assert names(policy) == ["Rappel de paiement", "1re relance", "Mise en demeure"]


def test_the_last_level_moves_up_when_one_before_it_goes(admin, policy):
    changes = {"levels-1-DELETE": "on", "levels-2-position": 2}
    assert change(admin, policy, **changes).status_code == 302
    assert names(policy) == ["Rappel de paiement", "Mise en demeure"]


def test_another_default_policy(admin, policy):
    other = desk.policy(name="Other", default=False)
    assert change(admin, other, is_default="on").status_code == 302
    assert Policy.objects.get(is_default=True) == other


def test_fee_and_words_of_a_level(admin, policy):
    Policy.objects.update(fees_agreed=True)
    level = policy.levels.get(position=1)
    done = change(
        admin,
        level,
        **{
            "amounts-0-fee": "20.00",
            "amounts-2-currency": "JPY",
            "amounts-2-fee": "1500",
            "amounts-2-minimum": "0",
            "amounts-TOTAL_FORMS": 3,
            "texts-0-opening": "Sehr geehrte Damen und Herren {client}",
        },
    )
    assert done.status_code == 302
    found = facts.policy_rule(policy).levels[0]
    assert {code: str(fee.amount) for code, fee in found.fees.items()} == {
        "CHF": "20.00",
        "EUR": "0.00",
        "JPY": "1500",
    }
    assert found.texts["de"].opening == "Sehr geehrte Damen und Herren {client}"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"amounts-0-fee": "20"}, "In Switzerland a fee is owed only where"),
        ({"interest_rate": 5, "legal_interest": "on"}, "charges interest by law"),
        ({"fee_per": "page"}, "valid choice"),
        ({"channel": ""}, "required"),
        ({"amounts-0-fee": "-1"}, "greater than or equal to 0"),
        ({"amounts-0-fee": "1.005"}, "CHF has only 2 decimals"),
        ({"amounts-0-currency": "JPY", "amounts-0-minimum": "0.5"}, "JPY has only 0"),
        ({"amounts-0-fee": "1e5"}, "Enter a number"),
        ({"amounts-0-fee": "２０"}, "Enter a number"),
        ({"amounts-0-fee": "abc"}, "Enter a number"),
        ({"amounts-0-fee": "NaN"}, "Enter a number"),
        ({"amounts-0-currency": "XXX"}, "valid choice"),
        ({"amounts-1-currency": "CHF"}, "duplicate"),
        ({"texts-0-opening": "{iban}"}, "{iban} is no placeholder"),
        ({"texts-0-body": "{client.__class__}"}, "is no placeholder"),
        ({"texts-0-closing": "open {"}, "{ is no placeholder"),
        ({"texts-0-title": ""}, "required"),
        ({"texts-2-DELETE": "on"}, "The words in French are needed"),
        ({"texts-0-language": "fr"}, "duplicate"),
        ({"texts-0-opening": "a\x00b"}, "Null characters"),
    ],
)
def test_what_is_wrong_with_fees_and_words_is_said(admin, policy, changes, said):
    level = policy.levels.get(position=1)
    before = facts.policy_rule(policy)
    page = change(admin, level, **changes)
    assert page.status_code == 200
    assert said in errors(page).replace("&#x27;", "'")
    assert facts.policy_rule(policy) == before


def test_letters_keep_their_words_when_a_level_goes(admin, policy, accountant):
    make.invoice()
    issue_run(desk.propose("2026-02-16"), accountant)
    words = Notice.objects.values("title", "opening", "level_name").get()
    change(admin, policy, **{f"levels-{n}-name": "Autre" for n in range(3)})
    Level.objects.all().delete()
    assert Notice.objects.values("title", "opening", "level_name").get() == words


def test_a_policy_in_use_is_not_deleted(admin, policy):
    other = desk.policy(name="Other", default=False)
    ClientTerms.objects.create(client=make.client(), policy=policy)
    page = admin.post(url(policy, "delete"), {"post": "yes"})
    assert "would require deleting the following protected" in page.content.decode()
    assert Policy.objects.filter(pk=policy.pk).exists()
    assert admin.post(url(other, "delete"), {"post": "yes"}).status_code == 302
    assert not Policy.objects.filter(pk=other.pk).exists()


def test_only_those_who_may_change_policies(client, policy, accountant, stranger):
    for person in (accountant, stranger):
        person.is_staff = True
        person.save()
    stranger.user_permissions.set(
        Permission.objects.filter(codename__in=["view_policy", "view_run"])
    )
    client.force_login(stranger)
    assert client.get(url(policy)).status_code == 200
    assert client.post(url(policy), {"name": "Mine"}).status_code == 403
    assert client.post(url(policy.levels.first()), {"name": "x"}).status_code == 403
    stranger.user_permissions.clear()
    client.force_login(User.objects.get(pk=stranger.pk))
    assert client.get(url(policy)).status_code == 403
    client.force_login(accountant)
    assert client.get(url(policy)).status_code == 200


def test_every_page_of_the_admin_opens(admin, policy):
    make.invoice()
    for model in ("policy", "clientterms", "hold"):
        page = admin.get(reverse(f"admin:dunning_{model}_changelist"))
        assert page.status_code == 200
    assert admin.get(reverse("admin:dunning_policy_add")).status_code == 200
    assert admin.get(url(policy.levels.first())).status_code == 200
