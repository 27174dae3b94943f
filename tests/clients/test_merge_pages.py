"""The pages that find clients twice and merge them; old numbers and pages lead on."""

from __future__ import annotations

import pytest

from clients.actions.merging import merge_clients
from clients.models import Client
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(db):
    return (
        make.client("D-1", name="Dupont SA", email="a@x.example"),
        make.client("D-2", name="DUPONT", email="b@x.example"),
    )


def test_likely_duplicates_are_listed_with_their_reason(desk, pair):
    make.client("D-3", name="Other", email="c@x.example")
    page = desk.get("/clients/duplicates/")
    [(members, reasons)] = page.context["groups"]
    assert [client.number for client in members] == ["D-1", "D-2"]
    assert [str(reason) for reason in reasons] == ["same name"]
    assert (
        f"/clients/{pair[0].pk}/merge/?other=D-2&amp;keep=D-1" in page.content.decode()
    )


def test_merged_and_archived_clients_are_no_duplicates(desk, pair):
    merge_clients(pair[1], pair[0])
    page = desk.get("/clients/duplicates/?page=99")
    assert "No client is there twice" in page.content.decode()


def test_first_the_other_client_is_named(desk, pair):
    page = desk.get(f"/clients/{pair[0].pk}/merge/")
    assert "source" not in page.context
    assert not Client.objects.filter(merged_into__isnull=False).exists()


@pytest.mark.parametrize("other", ["", "D-1", "nobody", "\x00", "D" * 50])
def test_a_wrong_other_client_is_refused_beside_its_field(desk, pair, other):
    page = desk.get(f"/clients/{pair[0].pk}/merge/", {"other": other})
    assert page.status_code == 200
    assert page.context["form"].errors["other"]


def test_then_what_moves_is_shown_and_nothing_is_done(desk, pair):
    goes = pair[1]
    make.invoice(to=goes)
    goes.contacts.create(purpose="reminder", email="r@x.example")
    page = desk.get(f"/clients/{pair[0].pk}/merge/?other=d-2")
    assert page.context["source"] == goes
    assert {(str(m.name), m.count) for m in page.context["moving"]} == {
        ("invoices", 1),
        ("contacts", 1),
    }
    shown = {str(p): m.email for p, m in page.context["recipients"]}
    assert shown == {
        "Invoices": "a@x.example",
        "Statements": "a@x.example",
        "Reminders": "r@x.example",
    }
    goes.refresh_from_db()
    assert goes.merged_into_id is None


@pytest.mark.parametrize(("keep", "stays"), [("D-1", 0), ("D-2", 1), ("", 0)])
def test_the_person_says_who_stays(desk, pair, keep, stays):
    make.invoice(to=pair[0])
    make.invoice(to=pair[1])
    answer = desk.post(
        f"/clients/{pair[0].pk}/merge/", {"other": "D-2", "keep": keep}, follow=True
    )
    assert answer.redirect_chain[0][0] == f"/clients/{pair[stays].pk}/"
    assert pair[stays].invoices.count() == 2
    event = pair[stays].events.get()
    assert (event.kind, event.person.username) == ("merged", "anna")


def test_merging_again_is_refused_politely(desk, pair):
    for path in (pair[0].pk, pair[0].pk, pair[1].pk):
        page = desk.post(
            f"/clients/{path}/merge/", {"other": "D-2", "keep": "D-1"}, follow=True
        )
        assert page.status_code == 200
    assert Client.objects.filter(merged_into=pair[0]).count() == 1


@pytest.mark.parametrize(
    "page", ["", "edit/", "merge/", "dunning/", "payment/", "statement/"]
)
def test_pages_of_a_merged_client_lead_to_the_other_one(desk, pair, page):
    merge_clients(pair[1], pair[0])
    answer = desk.get(f"/clients/{pair[1].pk}/{page}")
    assert answer.status_code == 302
    assert answer.url == f"/clients/{pair[0].pk}/{page}"


def test_a_form_that_was_open_meanwhile_is_not_saved(desk, pair):
    merge_clients(pair[1], pair[0])
    answer = desk.post(f"/clients/{pair[1].pk}/payment/", {"amount": "1"}, follow=True)
    assert answer.redirect_chain[0][0] == f"/clients/{pair[0].pk}/"
    assert "Nothing was saved" in answer.content.decode()


def test_the_number_of_a_merged_client_finds_the_other_one(desk, pair):
    merge_clients(pair[1], pair[0])
    page = desk.get("/clients/?q=d-2")
    assert [row.record["number"] for row in page.context["table"].rows] == ["D-1"]
    assert desk.get("/clients/").context["table"].paginator.count == 1


def test_a_new_client_that_may_be_there_already_is_pointed_out(desk, pair):
    answer = desk.post(
        "/clients/new/",
        {
            "name": "Duроnt S.A.",  # with Cyrillic letters
            "number": "D-9",
            "kind": "company",
            "language": "fr",
            "country": "CH",
            "currency": "CHF",
            "contacts-TOTAL_FORMS": "0",
            "contacts-INITIAL_FORMS": "0",
        },
        follow=True,
    )
    assert "Is this the same client as" in answer.content.decode()


def test_strangers_are_refused(client, stranger, pair):
    client.force_login(stranger)
    assert client.get("/clients/duplicates/").status_code == 403
    assert client.get(f"/clients/{pair[0].pk}/merge/").status_code == 403
    assert client.post(f"/clients/{pair[0].pk}/merge/").status_code == 403
