"""The form of a client: numbers, limits and addresses are checked by their country."""

from __future__ import annotations

from decimal import Decimal

import pytest

from clients.models import Client
from tests import make
from tests.clients.test_client_pages import GIVEN

pytestmark = pytest.mark.django_db
IBAN = "CH93 0076 2011 6238 5295 7"


def sent(desk, **given):
    page = desk.post("/clients/new/", GIVEN | given)
    errors = page.context["form"].errors if page.status_code == 200 else {}
    return Client.objects.first(), errors


def test_everything_is_stored(desk):
    client, errors = sent(
        desk,
        phone="021 000 00 00",
        vat_number="che107787577",
        iban=IBAN,
        terms_days="20",
        credit_limit="12'500.50",
        notes="Pays on the 10th.",
    )
    assert errors == {}
    assert (client.vat_number, client.iban) == (
        "CHE-107.787.577",
        "CH9300762011623852957",
    )
    assert (client.terms_days, client.credit_limit) == (20, Decimal("12500.50"))
    page = desk.get(f"/clients/{client.pk}/edit/").content.decode()
    assert f'value="{IBAN}"' in page
    assert 'value="12500.50"' in page


def test_all_of_it_may_be_left_empty_by_a_consumer(desk):
    client, errors = sent(desk, kind="consumer", street="", postcode="", city="")
    assert errors == {}
    assert (client.vat_number, client.iban, client.phone) == ("", "", "")
    assert (client.terms_days, client.credit_limit) == (None, None)


def test_a_new_form_is_empty(desk):
    page = desk.get("/clients/new/").content.decode()
    assert "DatabaseDefault" not in page


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"iban": "CH93 0076 2011 6238 5295 8"}, "iban"),
        ({"iban": "hello"}, "iban"),
        ({"vat_number": "CHE-107.787.578"}, "vat_number"),
        ({"vat_number": "DE136695976"}, "vat_number"),
        (
            {"country": "DE", "postcode": "10115", "vat_number": "DE136695978"},
            "vat_number",
        ),
        ({"terms_days": "366"}, "terms_days"),
        ({"terms_days": "-1"}, "terms_days"),
        ({"terms_days": "1e1"}, "terms_days"),
        ({"credit_limit": "1e5"}, "credit_limit"),
        ({"credit_limit": "1_000"}, "credit_limit"),
        ({"credit_limit": "-5"}, "credit_limit"),
        ({"credit_limit": "NaN"}, "credit_limit"),
        ({"credit_limit": "1.005"}, "credit_limit"),
        ({"credit_limit": "1.234"}, "credit_limit"),
        ({"credit_limit": "٣"}, "credit_limit"),
        ({"credit_limit": "9" * 13}, "credit_limit"),
        ({"credit_limit": "999'999'999'999'999"}, "credit_limit"),
        ({"credit_limit": "10.5", "currency": "JPY"}, "credit_limit"),
        ({"postcode": "80011"}, "postcode"),
        ({"postcode": ""}, "postcode"),
        ({"city": ""}, "city"),
        ({"street": ""}, "street"),
        ({"country": "FR", "postcode": "1110"}, "postcode"),
        ({"country": "GB", "postcode": "1110"}, "postcode"),
        ({"country": "US", "postcode": "1110"}, "postcode"),
        ({"phone": "0" * 41}, "phone"),
    ],
)
def test_a_wrong_field_is_refused_beside_it(desk, given, field):
    client, errors = sent(desk, **given)
    assert client is None
    assert field in errors


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ({"postcode": "CH-1110"}, "1110"),
        ({"country": "DE", "postcode": "D-10115"}, "10115"),
        ({"country": "GB", "postcode": "ec1r 0dp"}, "EC1R 0DP"),
        ({"country": "IE", "postcode": ""}, ""),
        ({"country": "AE", "postcode": "12345"}, "12345"),
        ({"street": "", "extra": "Case postale 7"}, "1110"),
    ],
)
def test_postcodes_are_tidied_and_asked_for_where_the_country_has_them(
    desk, given, stored
):
    client, errors = sent(desk, **given)
    assert errors == {}
    assert client.postcode == stored


@pytest.mark.parametrize(
    ("country", "postcode", "typed", "stored"),
    [
        ("DE", "10115", "136695976", "DE136695976"),
        ("FR", "69002", "FR 40 303 265 045", "FR40303265045"),
        ("GR", "10431", "094259216", "EL094259216"),
        ("GB", "BT1 1AA", "XI980780684", "XI980780684"),
        ("CH", "8001", "CHE-107.787.577 iva", "CHE-107.787.577 IVA"),
    ],
)
def test_vat_numbers_are_written_as_invoices_need_them(
    desk, country, postcode, typed, stored
):
    client, errors = sent(
        desk, country=country, postcode=postcode, vat_number=typed, city="X"
    )
    assert errors == {}
    assert client.vat_number == stored


def test_what_changed_is_kept_with_who_changed_it(desk):
    client, _ = sent(desk)
    desk.post(
        f"/clients/{client.pk}/edit/",
        GIVEN | {"email": "new@x.example", "iban": IBAN, "contacts-TOTAL_FORMS": "0"},
    )
    event = client.events.get()
    assert (event.kind, event.detail) == ("changed", {"fields": ["email", "iban"]})
    assert event.person.username == "anna"


def test_saving_what_is_there_changes_nothing(desk):
    client = make.client("D-7", name="X")
    given = {name: getattr(client, name) or "" for name in ("name", "number", "kind")}
    given |= {
        n: getattr(client, n) for n in ("language", "country", "currency", "email")
    }
    given |= {n: getattr(client, n) for n in ("street", "postcode", "city")}
    given |= {"contacts-TOTAL_FORMS": "0", "contacts-INITIAL_FORMS": "0"}
    desk.post(f"/clients/{client.pk}/edit/", given)
    assert not client.events.exists()
