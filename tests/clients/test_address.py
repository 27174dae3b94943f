"""The postal address as it stands in the window of the envelope."""

import pytest

from clients.facts import address_block, company
from clients.models import Company
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("given", "lines"),
    [
        ({}, ["Dupont SA", "Bahnhofstrasse 1", "8001 Zürich"]),
        (
            {
                "extra": "Comptabilité",
                "country": "FR",
                "postcode": "69002",
                "city": "Lyon",
            },
            ["Dupont SA", "Comptabilité", "Bahnhofstrasse 1", "69002 Lyon", "FRANCE"],
        ),
        (
            {"country": "GB", "postcode": "EC1R 0DP", "city": "London"},
            ["Dupont SA", "Bahnhofstrasse 1", "London", "EC1R 0DP", "ROYAUME-UNI"],
        ),
        ({"street": "", "postcode": "", "city": ""}, ["Dupont SA"]),
    ],
)
def test_the_block(company, given, lines):
    client = make.client(name="Dupont SA", **given)
    assert address_block(client).split("\n") == lines


def test_many_addresses_need_no_query(company, django_assert_num_queries):
    client = make.client()
    with django_assert_num_queries(0):
        address_block(client, company)


def test_before_set_up_there_is_a_company_with_defaults_and_no_row():
    assert company().country == "CH"
    assert not Company.objects.exists()
