"""The words of a level beside the letters they make, on a real client."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission

from delivery.models import Document
from dunning.models import Notice, Policy
from tests import make
from tests.dunning import desk as reminding

pytestmark = pytest.mark.django_db


@pytest.fixture
def level(company):
    return reminding.policy().levels.get(position=2)


def path(level, client="", language=""):
    start = f"/dunning/levels/{level.pk}/preview/"
    return f"{start}{client}/{language}.pdf" if language else start


@pytest.fixture
def reader(client, stranger):
    stranger.user_permissions.set(Permission.objects.filter(codename="view_policy"))
    client.force_login(stranger)
    return client


def test_every_language_is_tried_on_a_client_who_is_late(reader, level):
    make.client("A-1")
    late = make.invoice("250.00 CHF", to=make.client("B-1"))
    make.payment("50.00 CHF", on="2026-02-20", to=late)
    page = reader.get(path(level))
    assert page.context["client"] == late.client
    assert [one["text"].language for one in page.context["samples"]] == [
        "de",
        "en",
        "fr",
        "it",
    ]
    for sample in page.context["samples"]:
        assert "{" not in sample["mail"].body
        assert "200.00" in sample["mail"].body + sample["mail"].opening


def test_another_client_is_chosen_and_what_holds_it_back_does_not_matter(
    reader, level, accountant
):
    make.invoice(to=make.client("A-1"))
    other = make.client("B-1")
    make.invoice("10.00 CHF", to=other, due="2026-02-09")
    make.credit("500.00 CHF", of=other, on="2026-02-10")
    reminding.issue("2026-02-16", person=accountant)
    page = reader.get(path(level), {"client": other.pk})
    assert page.context["client"] == other
    assert all(one["mail"] for one in page.context["samples"])
    # A choice that is none shows the first client.
    page = reader.get(path(level), {"client": "x"})
    assert page.context["client"].number == "A-1"


def test_the_letter_is_a_draft_and_nothing_is_kept(reader, level):
    late = make.invoice()
    answer = reader.get(path(level, late.client_id, "de"))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert not Notice.objects.exists()
    assert not Document.objects.exists()


def test_nobody_is_late(reader, level):
    owner = make.client()
    assert reader.get(path(level)).context["client"] is None
    assert reader.get(path(level, owner.pk, "de")).status_code == 404
    assert reader.get(path(level, owner.pk, "xx")).status_code == 404
    assert reader.get(path(level, 10**9, "de")).status_code == 404


def test_only_who_may_see_policies(client, stranger, level):
    client.force_login(stranger)
    assert client.get(path(level)).status_code == 403
    assert client.get(path(level, 1, "de")).status_code == 403


def test_clients_of_another_policy_are_not_offered(reader, level):
    late = make.invoice()
    other = reminding.policy(name="Other", default=False)
    assert reader.get(path(other.levels.first())).context["client"] is None
    assert reader.get(path(level)).context["client"] == late.client
    assert Policy.objects.count() == 2
