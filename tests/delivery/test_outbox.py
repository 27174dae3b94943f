"""The archive and the outbox: once, for good, in the words that were queued."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from delivery import actions, facts
from delivery.models import Document, Job, MailService, Message
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


def new(number, recipient="client@example.org", **given):
    """A message that is to be queued with many others."""
    return actions.NewMessage(
        **{
            "kind": Document.Kind.NOTICE,
            "number": number,
            "client": given.pop("client", None) or make.client(),
            "language": "fr",
            "recipient": recipient,
            "subject": "Rappel",
            "body": "Bonjour",
        }
        | given
    )


def test_many_messages_are_queued_with_few_queries_and_once_each(
    company, accountant, django_assert_max_num_queries
):
    person = make.client()
    wanted = [new(f"M-{n}", client=person) for n in range(60)]
    assert actions.queue_messages(wanted[:20], accountant) == 20
    with django_assert_max_num_queries(8):
        assert actions.queue_messages(wanted, accountant) == 40
    assert actions.queue_messages(wanted, accountant) == 0
    assert actions.queue_messages([], accountant) == 0
    assert Message.objects.count() == 60
    assert len(set(Message.objects.values_list("message_id", flat=True))) == 60


def test_messages_of_a_mass_mailing_belong_to_its_job(company, accountant):
    job = Job.objects.create(kind=Job.Kind.EMAILS, key="emails:1")
    actions.queue_messages([new("M-1"), new("M-2")], accountant, job)
    assert job.messages.count() == 2
    assert set(job.messages.values_list("created_by__username", flat=True)) == {"anna"}


def test_the_mail_page_says_who_writes_and_where_replies_go(queued):
    MailService.objects.update_or_create(
        pk=1, defaults={"sender_name": "Mahnwesen", "reply_to": "mahn@leman.example"}
    )
    message = queued()
    assert message.sender == "Mahnwesen <compta@leman.example>"
    assert message.reply_to == "mahn@leman.example"


def test_the_message_id_and_the_sender_are_fixed_before_the_first_attempt(queued):
    make.company(name='Müller, "Söhne" & Cie', email="rechnung@müller.example")
    message = queued()
    assert message.message_id.endswith("@xn--mller-kva.example>")
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


@pytest.mark.parametrize("occasion", ["1" * 5000, "10000000000"])
def test_an_occasion_too_large_for_its_column_is_ignored(desk, queued, occasion):
    message = queued()
    answer = desk.post(f"/messages/{message.pk}/anew/", {"occasion": occasion})
    assert answer.status_code == 302
    assert Message.objects.count() == 1
