"""Before an e-mail is sent: it is said where it would not leave."""

from __future__ import annotations

import pytest
from django.utils import timezone

from delivery.actions import service
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages(company):
    """Where an e-mail is sent from: a bill, a statement."""
    client = make.client("K-1")
    bill = make.bill(to=client)
    for due in ("2026-01-12", "2026-02-12"):
        make.invoice(to=client, due=due)
    return [
        f"/bills/{bill.pk}/send/",
        f"/clients/{client.pk}/statement/send/?start=2026-01-01&end=2026-03-31",
    ]


def texts(client, pages):
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        yield answer.content.decode()


def test_nothing_is_said_where_all_is_well(desk, pages):
    for text in texts(desk, pages):
        assert "nothing can be sent" not in text
        assert "on hold" not in text


def test_a_company_without_an_address_is_told_before_it_sends(desk, pages, settings):
    settings.DEFAULT_FROM_EMAIL = ""
    make.company(email="")
    for text in texts(desk, pages):
        assert "nothing can be sent" in text


def test_mail_on_hold_is_said_before_more_is_sent(desk, pages):
    service.hold(person=None, why="restored", now=timezone.now())
    for text in texts(desk, pages):
        assert "waits until it is released" in text
