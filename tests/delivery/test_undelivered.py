"""What did not arrive waits on a list until somebody deals with it, once."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.utils import timezone

from clients.models import ClientEvent, Contact
from delivery import actions, facts
from delivery.actions import undelivered
from delivery.models import Message, MessageEvent
from tests import make
from tests.delivery import hearing

pytestmark = pytest.mark.django_db
State, Resolution = Message.State, Message.Resolution
BOUNCED = {"state": State.SENT, "bounced_at": timezone.now(), "sent_at": timezone.now()}


@pytest.fixture(autouse=True)
def owner(settings):
    """The owner of reminders writes down what it hears."""
    settings.DOCUMENT_OWNERS = {"notice": "tests.delivery.hearing"}
    hearing.heard.clear()
    hearing.refusal.clear()
    return hearing.heard


@pytest.fixture
def lost(queued):
    """A message that came back, or as said."""

    def make_lost(number="M-1", **values):
        message = queued(number)
        Message.objects.filter(pk=message.pk).update(**(values or BOUNCED))
        message.refresh_from_db()
        return message

    return make_lost


def listed():
    return set(facts.undelivered().values_list("number", flat=True))


def test_a_corrected_address_is_kept_at_the_contact_and_the_message_goes_there(
    desk, lost, accountant
):
    message = lost()
    contact = Contact.objects.create(
        client=message.client, purpose="statement", email="client@example.org"
    )
    page = desk.get(f"/messages/{message.pk}/undelivered/").content.decode()
    assert 'value="client@example.org"' in page
    assert "the contact for: Statements" in page
    answer = desk.post(
        f"/messages/{message.pk}/undelivered/address/",
        {"email": " right@example.org "},
        follow=True,
    )
    assert answer.redirect_chain[-1][0] == "/messages/undelivered/"
    contact.refresh_from_db()
    message.refresh_from_db()
    assert contact.email == "right@example.org"
    assert message.client.email == "client@example.org"
    assert (message.resolution, message.resolved_by) == (Resolution.RESENT, accountant)
    again = Message.objects.get(recipient="right@example.org")
    assert (again.state, again.document_id) == (State.QUEUED, message.document_id)
    assert again.body == message.body
    assert again.message_id != message.message_id
    assert ClientEvent.objects.get().person == accountant
    assert listed() == set()


def test_without_a_contact_the_clients_own_address_is_corrected(lost, accountant):
    message = lost()
    undelivered.correct_address(message, "right@example.org", accountant)
    message.client.refresh_from_db()
    assert message.client.email == "right@example.org"


@pytest.mark.parametrize("email", ["", "nobody", "a@b", "a@example.org,b@example.org"])
def test_an_address_that_is_none_is_refused_at_the_field(desk, lost, email):
    message = lost()
    page = desk.post(f"/messages/{message.pk}/undelivered/address/", {"email": email})
    assert page.status_code == 400
    assert b"invalid-feedback" in page.content
    assert listed() == {"M-1"}
    assert Message.objects.count() == 1


def test_a_contact_that_is_there_already_undoes_all_of_it(desk, lost):
    message = lost()
    for email in ("client@example.org", "right@example.org"):
        message.client.contacts.create(purpose="reminder", email=email)
    page = desk.post(
        f"/messages/{message.pk}/undelivered/address/",
        {"email": "right@example.org"},
        follow=True,
    )
    assert "just used this number or contact" in page.content.decode()
    assert listed() == {"M-1"}
    assert Message.objects.count() == 1


def test_who_may_not_change_clients_may_not_correct_addresses(client, company, lost):
    message = lost()
    person = User.objects.create_user("mia", password="a-long-password-1")
    person.user_permissions.set(
        Permission.objects.filter(codename__in=["view_message", "change_message"])
    )
    client.force_login(person)
    page = client.get(f"/messages/{message.pk}/undelivered/").content.decode()
    assert "Correct the address" not in page
    assert "Take it off the list" in page
    address = f"/messages/{message.pk}/undelivered/address/"
    assert client.post(address, {"email": "right@example.org"}).status_code == 400
    assert listed() == {"M-1"}


@pytest.mark.parametrize(
    ("values", "same"),
    [
        (BOUNCED, False),
        ({"state": State.FAILED}, True),
        ({"state": State.UNKNOWN}, True),
        ({"state": State.FAILED, "rejected_at": timezone.now()}, False),
    ],
)
def test_sending_again_keeps_what_is_known_of_the_first_time(desk, lost, values, same):
    """What came back stays known; what never left goes under its own name."""
    message = lost(**values, attempts=9)
    for _click in range(2):
        desk.post(f"/messages/{message.pk}/undelivered/again/")
    message.refresh_from_db()
    assert Message.objects.count() == (1 if same else 2)
    if same:
        assert (message.state, message.attempts) == (State.QUEUED, 0)
        assert not message.resolution
    else:
        assert message.resolution == Resolution.RESENT
        assert Message.objects.get(state=State.QUEUED).occasion == 2
    assert listed() == set()


def test_printing_opens_the_document_and_tells_the_owner(desk, lost, owner):
    message = lost()
    answer = desk.post(f"/messages/{message.pk}/undelivered/printed/")
    assert answer["Location"] == f"/documents/{message.document_id}/"
    message.refresh_from_db()
    assert message.resolution == Resolution.PRINTED
    assert owner == [("printed", "M-1", "anna")]


def test_a_level_is_given_back_by_its_owner_who_may_refuse(desk, lost, owner):
    message = lost()
    hearing.refusal.append("A later letter builds on it.")
    address = f"/messages/{message.pk}/undelivered/given-back/"
    page = desk.post(address, follow=True).content.decode()
    assert "A later letter builds on it." in page
    assert listed() == {"M-1"}
    hearing.refusal.clear()
    desk.post(address)
    message.refresh_from_db()
    assert message.resolution == Resolution.GIVEN_BACK
    assert owner[-1] == ("given back", "M-1", "anna")


def test_only_a_reminder_has_something_to_give_back(desk, lost, settings):
    settings.DOCUMENT_OWNERS = {}
    message = lost()
    page = desk.get(f"/messages/{message.pk}/undelivered/").content.decode()
    assert "Give the level back" not in page
    page = desk.post(f"/messages/{message.pk}/undelivered/given-back/", follow=True)
    assert "Only a reminder" in page.content.decode()
    assert listed() == {"M-1"}


WAYS = ["again", "printed", "given-back", "dismissed"]


@pytest.mark.parametrize(
    ("first", "second"), [*zip(WAYS, WAYS[1:] + WAYS[:1], strict=True)]
)
def test_of_two_people_the_second_changes_nothing_and_is_told(
    desk, lost, owner, first, second
):
    message = lost()
    desk.post(f"/messages/{message.pk}/undelivered/{first}/")
    message.refresh_from_db()
    before, heard = message.resolution, list(owner)
    page = desk.post(f"/messages/{message.pk}/undelivered/{second}/", follow=True)
    message.refresh_from_db()
    assert message.resolution == before
    assert list(owner) == heard
    assert "anna has already dealt with this message" in page.content.decode()
    assert Message.objects.count() == (2 if first == "again" else 1)


def test_what_was_printed_is_not_sent_again_by_its_message_page(desk, lost):
    message = lost(state=State.UNKNOWN)
    desk.post(f"/messages/{message.pk}/undelivered/printed/")
    desk.post(f"/messages/{message.pk}/again/")
    message.refresh_from_db()
    assert message.state == State.UNKNOWN


def test_an_unknown_message_that_arrived_leaves_the_list(desk, lost, owner):
    message = lost(state=State.UNKNOWN, claimed_at=timezone.now())
    desk.post(f"/messages/{message.pk}/arrived/")
    assert listed() == set()
    assert owner == [("sent", "M-1")]


def test_the_list_says_why_in_plain_words(desk, lost, queued):
    message = lost()
    MessageEvent.objects.create(
        message=message,
        provider="postmark",
        event_key="1",
        kind="bounced",
        reason="smtp;550 5.1.1 user unknown",
        happened_at=timezone.now(),
    )
    lost("M-2", state=State.FAILED, error="552 5.3.4 message too big")
    lost("M-3", state=State.FAILED, error="554 gibberish")
    lost("M-4", state=State.UNKNOWN)
    queued("M-5")
    page = desk.get("/messages/undelivered/").content.decode()
    for words in (
        "There is no such mailbox.",
        "The message is too large for the mailbox.",
        "554 gibberish",
        "cut off in the instant",
        "0 days",
    ):
        assert words in page
    assert "M-5" not in page
    found = desk.get("/messages/undelivered/?state=bounced").content.decode()
    assert "M-1" in found
    assert "M-2" not in found
    assert b"M-3" in desk.get("/messages/undelivered/?q=M-3&kind=x").content
    assert b"no such mailbox" in b"".join(
        desk.get("/messages/undelivered/?export=csv").streaming_content
    )


def test_an_empty_list_says_so_and_orphans_are_counted(desk):
    assert (
        "Nothing is undelivered" in desk.get("/messages/undelivered/").content.decode()
    )
    MessageEvent.objects.create(
        provider="postmark", event_key="1", kind="opened", happened_at=timezone.now()
    )
    page = desk.get("/messages/undelivered/").content.decode()
    assert "1 delivery report is about an e-mail that is not in this outbox" in page


def test_the_list_takes_as_many_queries_for_fifty_as_for_two(
    desk, lost, django_assert_max_num_queries
):
    for turn in range(12):
        lost(f"M-{turn}")
    with django_assert_max_num_queries(13):
        desk.get("/messages/undelivered/")


@pytest.mark.parametrize("way", [*WAYS, "address"])
def test_a_stranger_and_a_link_change_nothing(client, desk, stranger, lost, way):
    message = lost()
    address = f"/messages/{message.pk}/undelivered/{way}/"
    assert desk.get(address).status_code == 405
    client.force_login(stranger)
    assert client.post(address, {"email": "x@example.org"}).status_code == 403
    assert client.get("/messages/undelivered/").status_code == 403
    assert client.get(f"/messages/{message.pk}/undelivered/").status_code == 403
    assert listed() == {"M-1"}


def test_a_message_that_is_not_there_is_not_found(desk):
    for way in WAYS:
        assert desk.post(f"/messages/99/undelivered/{way}/").status_code == 404


def test_nothing_is_sent_once_more_without_its_document(desk, company, accountant):
    message = actions.queue_message(
        kind="notice",
        number="M-9",
        client=make.client(),
        language="fr",
        recipient="a@example.org",
        subject="x",
        body="x",
        person=None,
    )
    Message.objects.update(**BOUNCED)
    message.refresh_from_db()
    for work in (
        lambda: undelivered.print_instead(message, accountant),
        lambda: undelivered.send_unchanged(message, accountant),
    ):
        with pytest.raises(actions.MessageRefusal):
            work()
    assert listed() == {"M-9"}
