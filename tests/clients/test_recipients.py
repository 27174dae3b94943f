"""Whom a letter goes to: the contact of its purpose, the next best, then the client."""

import pytest

from clients.facts import Recipient, recipient, recipients
from clients.models import Purpose
from tests import make

pytestmark = pytest.mark.django_db
CONTACTS = {
    Purpose.INVOICE: "invoices@example.org",
    Purpose.STATEMENT: "statements@example.org",
    Purpose.REMINDER: "reminders@example.org",
}
OWN = "client@example.org"


@pytest.mark.parametrize(
    ("has", "invoice", "statement", "reminder"),
    [
        ([], OWN, OWN, OWN),
        (["invoice"], CONTACTS["invoice"], CONTACTS["invoice"], CONTACTS["invoice"]),
        (["statement"], OWN, CONTACTS["statement"], CONTACTS["statement"]),
        (["reminder"], OWN, OWN, CONTACTS["reminder"]),
        (
            ["invoice", "statement"],
            CONTACTS["invoice"],
            CONTACTS["statement"],
            CONTACTS["statement"],
        ),
        (list(CONTACTS), *CONTACTS.values()),
    ],
)
def test_the_chain(has, invoice, statement, reminder):
    client = make.client()
    for purpose in has:
        client.contacts.create(purpose=purpose, email=CONTACTS[purpose])
    wanted = {
        Purpose.INVOICE: invoice,
        Purpose.STATEMENT: statement,
        Purpose.REMINDER: reminder,
    }
    for purpose, email in wanted.items():
        assert recipient(client, purpose).email == email


def test_a_contact_may_have_its_own_language_and_else_has_the_clients():
    client = make.client(name="Huber KG", language="de")
    client.contacts.create(
        purpose=Purpose.REMINDER, name="Ann", email="ann@example.org", language="en"
    )
    client.contacts.create(purpose=Purpose.INVOICE, email="x@example.org")
    assert recipient(client, Purpose.REMINDER) == Recipient(
        "ann@example.org", "en", "Ann", "reminder"
    )
    assert recipient(client, Purpose.STATEMENT) == Recipient(
        "x@example.org", "de", "Huber KG", "invoice"
    )


def test_nobody_to_write_to_is_an_empty_address():
    """A22: the page that sends says which address is missing."""
    found = recipient(make.client(email=""), Purpose.STATEMENT)
    assert (found.email, found.source) == ("", "client")


def test_many_clients_need_one_query(django_assert_num_queries):
    clients = [make.client() for _ in range(5)]
    clients[0].contacts.create(purpose=Purpose.INVOICE, email="x@example.org")
    with django_assert_num_queries(1):
        found = recipients(clients, Purpose.REMINDER)
    assert found[clients[0].pk].email == "x@example.org"
    assert found[clients[4].pk].email == OWN
