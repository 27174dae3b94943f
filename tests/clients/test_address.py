"""The postal address as it stands in the window of the envelope."""

from types import SimpleNamespace

import pytest
from babel import Locale

from clients.addresses import format_of, place_lines
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


@pytest.mark.parametrize(
    ("country", "postcode", "city", "lines"),
    [
        ("CH", "8001", "Zürich", ["8001 Zürich"]),
        ("DE", "10115", "Berlin", ["10115 Berlin", "ALLEMAGNE"]),
        ("IT", "20121", "Milano MI", ["20121 Milano MI", "ITALIE"]),
        ("LI", "9490", "Vaduz", ["9490 Vaduz", "LIECHTENSTEIN"]),
        ("US", "62701", "Springfield, IL", ["Springfield, IL 62701", "ÉTATS-UNIS"]),
        ("CA", "H3Z 2Y7", "Montréal QC", ["Montréal QC H3Z 2Y7", "CANADA"]),
        ("IE", "A65 F4E2", "Dublin", ["Dublin", "A65 F4E2", "IRLANDE"]),
        ("AE", "1234", "Dubai", ["1234 Dubai", "ÉMIRATS ARABES UNIS"]),
        ("SG", "546080", "Singapore", ["SINGAPORE 546080", "SINGAPOUR"]),
        ("XK", "10000", "Prishtinë", ["10000 Prishtinë", "KOSOVO"]),
    ],
)
def test_each_country_writes_the_place_its_own_way(
    company, country, postcode, city, lines
):
    client = make.client(country=country, postcode=postcode, city=city)
    assert address_block(client).split("\n")[2:] == lines


def test_japan_puts_the_town_behind_the_street(company):
    client = make.client(
        name="Sato",
        country="JP",
        street="1-2 Chiyoda",
        postcode="100-0001",
        city="Tokyo",
    )
    assert address_block(client).split("\n") == [
        "Sato",
        "1-2 Chiyoda, Tokyo",
        "100-0001",
        "JAPON",
    ]


@pytest.mark.parametrize(
    "code", [c for c in sorted(Locale("en").territories) if len(c) == 2]
)
def test_nothing_that_was_typed_is_lost_in_any_country(code):
    typed = SimpleNamespace(
        extra="Box 3", street="Street 1", postcode="12345", city="Town", country=code
    )
    text = "\n".join(place_lines(typed))
    assert all(part in text for part in ("Box 3", "Street 1", "12345", "Town"))


def test_the_data_of_a_country_is_read_once():
    format_of.cache_clear()
    for _ in range(3):
        format_of("NO")
    assert format_of.cache_info().misses == 1
