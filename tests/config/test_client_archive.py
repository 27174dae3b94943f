"""Archived clients leave lists and choices; they must be done with first."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from billing.actions import ledger
from billing.actions.archiving import archive_client, restore_client
from billing.models import Draft
from clients.actions.merging import merge_clients
from clients.actions.saving import ClientRefusal
from clients.facts import pickable
from delivery.models import Message
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def dupont(company):
    return make.client("D-1", name="Dupont SA")


def ago(count):
    return localdate() - timedelta(days=count)


def open_invoice(client):
    make.invoice("12.50 CHF", to=client)
    make.invoice("7 EUR", to=client)


def credit_left(client):
    make.credit("5.00 CHF", of=client, on="2026-01-05")


def draft(client):
    Draft.objects.create(client=client, language="fr", currency="CHF")


def waiting_message(client):
    Message.objects.create(
        kind="invoice",
        number="F-1",
        client=client,
        language="fr",
        recipient="a@x.example",
        message_id="<1@x>",
    )


@pytest.mark.parametrize(
    ("unfinished", "words"),
    [
        (open_invoice, ["12.50", "CHF", "EUR", "is open"]),
        (credit_left, ["5.00", "credit is left"]),
        (draft, ["1 draft"]),
        (waiting_message, ["1 e-mail waits"]),
    ],
)
def test_whoever_is_not_done_with_stays_and_it_is_said_why(
    desk, dupont, unfinished, words
):
    unfinished(dupont)
    page = desk.post(f"/clients/{dupont.pk}/archive/", follow=True).content.decode()
    assert all(word in page for word in words)
    dupont.refresh_from_db()
    assert dupont.archived_at is None


def test_archived_and_back(desk, dupont):
    paid = make.invoice("10.00 CHF", to=dupont)
    make.payment("10.00 CHF", on="2026-02-01", to=paid)
    page = desk.post(f"/clients/{dupont.pk}/archive/", follow=True).content.decode()
    assert "Bring back" in page
    assert list(pickable()) == []
    assert desk.get("/clients/").context["table"].paginator.count == 0
    assert desk.get("/clients/?owing=archived").context["table"].paginator.count == 1
    assert desk.get(f"/invoices/{paid.pk}/").status_code == 200
    desk.post(f"/clients/{dupont.pk}/restore/")
    assert list(pickable()) == [dupont]
    assert [event.kind for event in dupont.events.all()] == ["archived", "restored"]


def test_an_archived_client_that_owes_again_is_listed(desk, dupont):
    paid = make.invoice("10.00 CHF", to=dupont)
    credit = make.payment("10.00 CHF", on=ago(3), to=paid)
    archive_client(dupont)
    ledger.reverse_credit(credit, ago(1), "bounced", None)
    [row] = desk.get("/clients/").context["table"].rows
    assert row.record["number"] == "D-1"


def test_each_is_done_once(dupont):
    archive_client(dupont)
    with pytest.raises(ClientRefusal, match="already"):
        archive_client(dupont)
    restore_client(dupont)
    with pytest.raises(ClientRefusal):
        restore_client(dupont)


def test_a_merged_client_does_not_come_back(dupont):
    merge_clients(dupont, make.client())
    with pytest.raises(ClientRefusal):
        restore_client(dupont)


def test_into_an_archived_client_nobody_is_merged(dupont):
    gone = make.client()
    archive_client(gone)
    gone.refresh_from_db()
    with pytest.raises(ClientRefusal, match="archived"):
        merge_clients(dupont, gone)


@pytest.mark.parametrize("page", ["archive", "restore"])
def test_reading_changes_nothing_and_strangers_are_refused(
    client, desk, stranger, dupont, page
):
    assert desk.get(f"/clients/{dupont.pk}/{page}/").status_code == 405
    client.force_login(stranger)
    assert client.post(f"/clients/{dupont.pk}/{page}/").status_code == 403
