"""The company: IBAN and VAT number are checked by their digits."""

import pytest

from clients.models import Company
from clients.numbers import is_vat_number

pytestmark = pytest.mark.django_db
GIVEN = {
    "name": "Fiduciaire Arvel SA",
    "country": "CH",
    "language": "fr",
    "currency": "CHF",
    "iban": "CH9300762011623852957",
    "vat_number": "CHE-107.787.577 TVA",
}


def test_the_company_is_saved_and_its_iban_written_in_groups(desk):
    assert desk.post("/settings/company/", GIVEN).url == "/settings/company/"
    saved = Company.objects.get()
    assert (saved.pk, saved.iban) == (1, "CH93 0076 2011 6238 5295 7")


def test_the_first_company_is_made_by_saving_it(client, accountant):
    client.force_login(accountant)
    client.post("/settings/company/", GIVEN)
    assert Company.objects.get().name == "Fiduciaire Arvel SA"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("iban", "CH93 0076 2011 6238 5295 8"),
        ("iban", "CH93"),
        ("vat_number", "CHE-107.787.578"),
        ("name", ""),
        ("country", "XX"),
    ],
)
def test_a_wrong_field_is_refused_beside_it(desk, company, field, value):
    page = desk.post("/settings/company/", GIVEN | {field: value})
    assert field in page.context["form"].errors
    company.refresh_from_db()
    assert company.name == "Fiduciaire du Léman SA"


@pytest.mark.parametrize(
    ("number", "country", "right"),
    [
        ("CHE-107.787.577", "CH", True),
        ("CHE-107.787.577 MWST", "CH", True),
        ("DE136695976", "DE", True),
        ("DE136695978", "DE", False),
        ("FR40303265045", "FR", True),
        ("FR40303265046", "FR", False),
        ("12345", "JE", True),
        ("none", "JE", False),
    ],
)
def test_vat_numbers(number, country, right):
    assert is_vat_number(number, country) is right


def test_strangers_are_refused(client, stranger):
    client.force_login(stranger)
    assert client.get("/settings/company/").status_code == 403
