"""The archive and the outbox: once, for good, in the words that were queued."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from delivery import actions, facts
from delivery.models import Document, Message
from delivery.rules.retry import PAUSES, pause_after
from tests import make

pytestmark = pytest.mark.django_db
State = Message.State


def test_a_number_has_one_document_and_the_first_bytes_stay(archived, letter):
    first = archived()
    second = archived(content=letter + b"\n% later")
    assert second.pk == first.pk
    assert bytes(second.content) == letter
    assert first.pages == 1


def test_the_database_refuses_to_change_or_delete_a_document(archived):
    """A18, and domain §11: what left stays as it left."""
    archived()
    for change in (
        lambda: Document.objects.update(content=b"other"),
        lambda: Document.objects.update(file_name="other.pdf"),
        lambda: Document.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_a_message_is_queued_once_per_recipient_and_occasion(queued):
    first = queued()
    assert queued(subject="Other words").pk == first.pk
    assert queued(recipient="other@example.org").pk != first.pk
    assert queued(occasion=2).pk != first.pk
    assert Message.objects.count() == 3
    first.refresh_from_db()
    assert first.subject == "Rappel n° 1"


def test_the_message_id_and_the_sender_are_fixed_before_the_first_attempt(queued):
    make.company(name='Müller, "Söhne" & Cie', email="rechnung@müller.example")
    message = queued()
    assert message.message_id.endswith("@müller.example>")
    assert message.sender == '"Müller, \\"Söhne\\" & Cie" <rechnung@müller.example>'
    assert message.reply_to == "rechnung@müller.example"


def test_a_line_break_in_a_subject_or_name_cannot_add_a_header(queued):
    make.company(name="Evil\r\nBcc: all@example.org")
    message = queued(subject="Rappel\r\nBcc: all@example.org")
    assert "\n" not in message.subject + message.sender


def test_a_message_waits_for_its_document(queued, archived):
    message = queued(document=None)
    assert facts.due_messages(timezone.now()) == []
    assert actions.attach_document(archived()) == 1
    assert facts.due_messages(timezone.now()) == [message.pk]


def test_a_waiting_message_can_be_held_back_and_one_that_left_cannot(queued):
    message = queued()
    actions.cancel(message)
    assert facts.due_messages(timezone.now()) == []
    with pytest.raises(actions.MessageRefusal):
        actions.cancel(message)


def test_an_unknown_message_is_decided_by_a_person(queued, accountant):
    for decide, after in (
        (lambda m: actions.mark_arrived(m, accountant), State.SENT),
        (actions.send_again, State.QUEUED),
    ):
        message = queued(recipient=f"{after}@example.org")
        Message.objects.filter(pk=message.pk).update(
            state=State.UNKNOWN, claimed_at=timezone.now()
        )
        message.refresh_from_db()
        decide(message)
        message.refresh_from_db()
        assert message.state == after
        with pytest.raises(actions.MessageRefusal):
            decide(message)


def test_sending_once_more_is_a_new_occasion_with_the_same_document(queued, accountant):
    first = queued()
    assert facts.next_occasion(first) == 2
    twice = [
        actions.send_anew(first, occasion=2, person=accountant) for _click in range(2)
    ]
    assert twice[0].pk == twice[1].pk != first.pk
    assert twice[0].document_id == first.document_id
    assert twice[0].message_id != first.message_id


def test_messages_that_wait_long_are_counted(queued):
    queued()
    assert facts.waiting_without_worker() == 0
    Message.objects.update(created_at=timezone.now() - timedelta(minutes=6))
    assert facts.waiting_without_worker() == 1


@pytest.mark.parametrize(
    ("attempts", "minutes"),
    [(1, 1), (2, 5), (3, 15), (4, 60), (5, 60), (25, 60), (26, None)],
)
def test_the_pauses_grow_and_end_after_about_a_day(attempts, minutes):
    pause = pause_after(attempts)
    assert pause == (None if minutes is None else timedelta(minutes=minutes))
    assert set(PAUSES) >= ({pause} - {None})
