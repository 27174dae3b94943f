"""Clients are found by whatever somebody knows of them."""

import pytest

from clients.actions.saving import save_client
from clients.models import Client
from dunning.actions.holds import hold, release_hold
from dunning.models import Hold
from tests import make
from tests.config.test_client_archive import ago

pytestmark = pytest.mark.django_db


@pytest.fixture
def muller(company):
    make.client("D-2", name="Other")
    return save_client(
        Client(
            number="D-77",
            name="Schreinerei Müller AG",
            city="Genève",
            email="buero@mueller.example",
            vat_number="CHE-107.787.577 MWST",
            iban="CH9300762011623852957",
        )
    )


@pytest.mark.parametrize(
    "words",
    [
        "muller",
        "MÜLLER schreinerei",
        "geneve",
        "müller genève",
        "d-77",
        "buero@mueller",
        "CHE-107.787.577",
        "che107787577",
        "107.787.577",
        "CH93 0076 2011 6238 5295 7",
        "CH9300762011623852957",
        "0076 2011",
    ],
)
def test_it_is_found(desk, muller, words):
    rows = desk.get("/clients/", {"q": words}).context["table"].rows
    assert [row.record["number"] for row in rows] == ["D-77"]


@pytest.mark.parametrize("words", ["muller lyon", "d-778", "%", "_", "\\", "d_77"])
def test_it_is_not_found_by_what_it_is_not(desk, muller, words):
    page = desk.get("/clients/", {"q": words})
    assert list(page.context["table"].rows) == []


def test_a_search_too_long_to_be_one_shows_a_page(desk, muller):
    assert desk.get("/clients/", {"q": "x" * 10_000}).status_code == 200


def test_those_blocked_today_are_listed(desk, muller):
    others = [make.client(f"B-{n}") for n in range(4)]
    invoice = make.invoice(to=others[0])
    for client, row, since, until in (
        (muller, None, ago(2), None),
        (others[0], invoice, ago(2), None),
        (others[1], None, ago(9), ago(1)),
        (others[2], None, ago(2), ago(-2)),
    ):
        hold(client, row, Hold.Kind.HOLD, since=since, until=until, reason="why")
    released = hold(
        others[3], None, Hold.Kind.HOLD, since=ago(2), until=None, reason="why"
    )
    release_hold(released, ago(0))
    rows = desk.get("/clients/?owing=blocked").context["table"].rows
    assert {row.record["number"] for row in rows} == {"D-77", "B-2"}
