"""A client is made and changed on its pages; nothing wrong is stored."""

import pytest

from clients.actions import ClientRefusal, save_client
from clients.models import Client, Contact
from tests import make

pytestmark = pytest.mark.django_db
GIVEN = {
    "name": "  Café\u202e du   Marché ",
    "number": "D-7",
    "kind": "company",
    "language": "fr",
    "street": "Place du Marché 2",
    "postcode": "1110",
    "city": "Morges",
    "country": "ch",
    "currency": "chf",
    "email": "cafe@marche.example",
    "contacts-TOTAL_FORMS": "2",
    "contacts-INITIAL_FORMS": "0",
    "contacts-0-purpose": "reminder",
    "contacts-0-email": "compta@marche.example",
    "contacts-0-language": "",
}


def test_a_new_client_with_a_contact(desk):
    answer = desk.post("/clients/new/", GIVEN)
    client = Client.objects.get()
    assert answer.url == f"/clients/{client.pk}/"
    assert client.name == "Café du Marché"
    assert client.search == "cafe du marche d-7 morges cafe@marche.example"
    assert (client.country, client.currency) == ("CH", "CHF")
    assert client.contacts.get().email == "compta@marche.example"


def test_a_new_client_starts_in_the_companys_language_and_currency(desk):
    page = desk.get("/clients/new/")
    assert page.context["form"]["language"].value() == "fr"
    assert page.context["form"]["currency"].value() == "CHF"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", " \u202e\u200b "),
        ("name", "x" * 121),
        ("number", ""),
        ("country", "CHE"),
        ("country", "ZQ"),
        ("currency", "XXQ"),
        ("email", "a@b.example,c@d.example"),
        ("email", "a@[127.0.0.1]"),
        ("email", "nobody"),
        ("language", "zz"),
        ("notes", "x" * 4001),
    ],
)
def test_a_wrong_field_is_refused_beside_it(desk, field, value):
    page = desk.post("/clients/new/", GIVEN | {field: value})
    assert page.status_code == 200
    assert field in page.context["form"].errors
    assert not Client.objects.exists()


def test_a_wrong_contact_is_refused_and_nothing_is_stored(desk):
    page = desk.post("/clients/new/", GIVEN | {"contacts-0-email": "nobody"})
    assert page.context["contacts"].forms[0].errors["email"]
    assert not Client.objects.exists()
    assert not Contact.objects.exists()


def test_a_number_is_given_once(desk):
    make.client("D-7")
    page = desk.post("/clients/new/", GIVEN)
    assert "number" in page.context["form"].errors
    assert Client.objects.count() == 1


def test_a_client_is_changed_and_a_contact_removed(desk):
    client = make.client("D-7")
    contact = client.contacts.create(purpose="invoice", email="old@example.org")
    desk.post(
        f"/clients/{client.pk}/edit/",
        GIVEN
        | {
            "name": "Übersee AG",
            "contacts-TOTAL_FORMS": "1",
            "contacts-INITIAL_FORMS": "1",
            "contacts-0-id": contact.pk,
            "contacts-0-DELETE": "on",
        },
    )
    client.refresh_from_db()
    assert client.name == "Übersee AG"
    assert client.search == "ubersee ag d-7 morges cafe@marche.example"
    assert not client.contacts.exists()


def test_who_was_first_keeps_the_number():
    """A race the form cannot see: the database refuses, and so do we, in words."""
    make.client("D-7")
    with pytest.raises(ClientRefusal):
        save_client(Client(number="D-7", name="Second"))
    assert Client.objects.get().name == "Client D-7"


@pytest.mark.parametrize("path", ["/clients/new/", "/clients/1/edit/"])
def test_strangers_are_refused(client, stranger, path):
    client.force_login(stranger)
    assert client.get(path).status_code == 403
    assert client.post(path, GIVEN).status_code == 403


@pytest.mark.parametrize("pk", [999, 10**30])
def test_a_client_that_is_not_there(desk, pk):
    assert desk.get(f"/clients/{pk}/edit/").status_code == 404
