"""Mail against a real server: what is known, what is retried, what is unknown."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.core.management import call_command
from django.utils import timezone

from delivery import actions
from delivery.actions import sending
from delivery.models import Document, Message
from tests import make
from tests.delivery import sink

pytestmark = pytest.mark.django_db
State = Message.State


@pytest.fixture
def server(settings):
    with sink.running() as (taken, port):
        settings.EMAIL_BACKEND = "delivery.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_TIMEOUT = 5
        yield taken


def test_a_message_is_sent_with_its_archived_bytes_and_marked(queued, server):
    message = queued()
    assert actions.send_due().sent == 1
    (mail,) = server
    assert mail["Subject"] == "Rappel n° 1"
    assert mail["From"] == "Fiduciaire du Léman SA <compta@leman.example>"
    assert mail["To"] == "client@example.org"
    assert mail["Reply-To"] == "compta@leman.example"
    assert mail["Message-ID"] == message.message_id
    assert mail["Auto-Submitted"] == "auto-generated"
    (attached,) = mail.iter_attachments()
    assert attached.get_content() == bytes(message.document.content)
    assert attached.get_filename() == "Rappel M-1.pdf"
    body = mail.get_body(["plain"]).get_content()
    assert body.replace("\r", "").rstrip() == message.body
    message.refresh_from_db()
    assert (message.state, message.attempts, message.error) == (State.SENT, 1, "")
    assert message.sent_at
    assert actions.send_due() == actions.SendCounts()
    assert len(server) == 1


@pytest.mark.parametrize(
    ("mood", "state", "taken"),
    [
        ("550", State.FAILED, 0),
        ("data-554", State.FAILED, 0),
        ("450", State.QUEUED, 0),
        ("data-451", State.QUEUED, 0),
        ("gone", State.QUEUED, 0),
        ("drop", State.UNKNOWN, 1),
    ],
)
def test_what_a_refusal_means(queued, server, mood, state, taken):
    """F12–F14: for now, for good, cut off before and after the text was taken."""
    message = queued(recipient=f"{mood}@example.org")
    after = queued("M-2")
    counts = actions.send_due()
    message.refresh_from_db()
    assert message.state == state
    assert message.error
    assert (message.next_try_at is not None) == (state == State.QUEUED)
    assert [m for m in server if m["To"] == message.recipient].__len__() == taken
    after.refresh_from_db()
    assert after.state == State.SENT, "the next message is not held up"
    assert counts.sent == 1
    # Nothing more happens by itself, now or after the cut-off.
    Message.objects.update(claimed_at=timezone.now() - timedelta(hours=1))
    actions.send_due()
    message.refresh_from_db()
    assert (message.state, message.attempts) == (state, 1)


def test_a_retry_has_the_same_message_id(queued, server):
    message = queued(recipient="450@example.org")
    actions.send_due()
    Message.objects.update(next_try_at=timezone.now(), recipient="well@example.org")
    assert actions.send_due().sent == 1
    assert server[0]["Message-ID"] == message.message_id


def test_no_server_defers_one_message_and_leaves_the_others_alone(queued, settings):
    """F10: the queue pauses instead of trying a thousand times."""
    settings.EMAIL_BACKEND = "delivery.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.free_port()
    first, second = queued(), queued("M-2")
    counts = actions.send_due()
    assert (counts.deferred, counts.sent) == (1, 0)
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.state == State.QUEUED
    assert first.next_try_at - first.claimed_at >= timedelta(minutes=1)
    assert (second.state, second.attempts) == (State.QUEUED, 0)


def test_a_claimed_message_is_nobody_elses(queued, server):
    message = queued()
    assert sending.claim(message.pk, timezone.now())
    assert sending.claim(message.pk, timezone.now()) is None
    assert actions.send_due().sent == 0
    assert not server


def test_a_message_cut_off_while_sending_is_unknown_and_never_sent_by_itself(
    queued, server
):
    """F05: killed between hand-over and mark."""
    message = queued()
    sending.claim(message.pk, timezone.now() - timedelta(minutes=11))
    assert actions.send_due().unknown == 1
    message.refresh_from_db()
    assert message.state == State.UNKNOWN
    actions.send_due()
    assert not server


def test_a_document_that_was_altered_is_not_sent(queued, server):
    message = queued()
    altered = Document(
        kind="notice",
        number="M-9",
        client=make.client(),
        language="fr",
        file_name="x.pdf",
        pages=1,
        sha256="0" * 64,
        content=b"%PDF-other",
    )
    altered.save()
    Message.objects.filter(pk=message.pk).update(document=altered)
    assert actions.send_due().failed == 1
    message.refresh_from_db()
    assert "not what was archived" in message.error
    assert not server


def test_without_any_address_to_send_from_the_message_fails_with_a_sentence(
    queued, settings, server
):
    settings.DEFAULT_FROM_EMAIL = ""
    make.company(email="")
    message = queued()
    Message.objects.update(sender="")
    assert actions.send_due().failed == 1
    message.refresh_from_db()
    assert "no e-mail address" in message.error


def test_an_eml_file_is_the_message_with_the_archived_attachment(queued, mail_folder):
    message = queued()
    assert actions.send_due().sent == 1
    (path,) = mail_folder.iterdir()
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    (attached,) = mail.iter_attachments()
    assert attached.get_content() == bytes(message.document.content)
    assert mail["Message-ID"] == message.message_id
    assert path.suffix == ".eml"


def test_send_outbox_says_what_became_of_the_messages(queued, capsys):
    queued(), queued("M-2")
    call_command("send_outbox", "--json")
    assert capsys.readouterr().out.strip() == (
        '{"sent": 2, "failed": 0, "deferred": 0, "unknown": 0, "waiting": 0}'
    )
