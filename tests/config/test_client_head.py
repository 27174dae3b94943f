"""The head of a client: limit, punctuality, who gets what, before anything is sent."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billing.models import Credit
from billing.rules.money import plain
from tests import make

pytestmark = pytest.mark.django_db


def page_of(desk, client):
    return desk.get(f"/clients/{client.pk}/")


@pytest.mark.parametrize(
    ("limit", "owed", "over"),
    [
        (None, "500.00 CHF", None),
        ("100", "100.00 CHF", None),
        ("100", "100.05 CHF", "0.05"),
        ("0", "0.05 CHF", "0.05"),
        ("100", "900.00 EUR", None),
    ],
)
def test_a_limit_that_is_exceeded_is_a_warning(desk, limit, owed, over):
    client = make.client(credit_limit=limit and Decimal(limit))
    make.invoice(owed, to=client)
    page = page_of(desk, client)
    found = page.context["over_limit"]
    assert (found and plain(found)) == over
    assert ("Over the credit limit" in page.content.decode()) is bool(over)
    [number] = [client.number] if over else [None]
    listed = desk.get("/clients/?owing=limit").context["table"].rows
    assert [row.record["number"] for row in listed] == ([number] if over else [])


def test_a_credit_makes_room_below_the_limit(desk):
    client = make.client(credit_limit=Decimal(100))
    make.invoice("150.00 CHF", to=client)
    make.credit("60.00 CHF", of=client, on="2026-01-05")
    assert page_of(desk, client).context["over_limit"] is None


@pytest.mark.parametrize(
    ("paid_on", "words"),
    [
        (["2026-02-14", "2026-02-24"], "10 days late"),
        (["2026-02-10"], "1 day late"),
        (["2026-02-09"], "on the due date"),
        (["2026-01-30"], "before it is due"),
        ([], None),
    ],
)
def test_how_late_it_pays_on_average(desk, paid_on, words):
    client = make.client()
    for on in paid_on:
        make.payment("100.00 CHF", on=on, to=make.invoice(to=client))
    credited = make.invoice("10.00 CHF", to=client)
    make.credit(
        "10.00 CHF",
        of=client,
        on="2026-06-01",
        to={credited: "10.00 CHF"},
        kind=Credit.Kind.CREDIT_NOTE,
    )
    make.invoice(to=client)
    text = page_of(desk, client).content.decode()
    assert ("Pays on average" in text) is bool(words)
    assert words is None or words in text


def test_who_gets_what_and_from_where(desk):
    client = make.client(email="own@x.example", language="de")
    client.contacts.create(
        purpose="statement", name="Ann", email="ann@x.example", language="it"
    )
    page = page_of(desk, client)
    assert [
        (str(purpose), mailbox.email, mailbox.language, str(source))
        for purpose, mailbox, source in page.context["recipients"]
    ] == [
        ("Invoices", "own@x.example", "de", "the client's own"),
        ("Statements", "ann@x.example", "it", "contact for statements"),
        ("Reminders", "ann@x.example", "it", "contact for statements"),
    ]
    assert "nobody" not in page.content.decode()


def test_nobody_to_write_to_is_said_for_each_purpose(desk):
    client = make.client(email="")
    client.contacts.create(purpose="reminder", email="r@x.example")
    assert page_of(desk, client).content.decode().count("can only be printed") == 2


def test_numbers_are_shown_as_people_read_them(desk):
    client = make.client(iban="CH9300762011623852957", vat_number="CHE-107.787.577")
    text = page_of(desk, client).content.decode()
    assert "CH93 0076 2011 6238 5295 7" in text
    assert "CHE-107.787.577" in text
