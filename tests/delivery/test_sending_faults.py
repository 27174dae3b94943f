"""Mail servers that behave badly: what is known, what is retried, what is unknown."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import OperationalError, connection, connections
from django.utils import timezone

from delivery import actions
from delivery.actions import sending
from delivery.models import MailService, Message
from tests.delivery import sink

pytestmark = pytest.mark.django_db
State = Message.State


@pytest.mark.parametrize(
    ("mood", "state", "taken", "again", "attempts"),
    [
        # F12: for now.
        ("450", State.QUEUED, 0, True, 1),
        ("451", State.QUEUED, 0, True, 1),
        ("452", State.QUEUED, 0, True, 1),
        ("data-451", State.QUEUED, 0, True, 1),
        ("data-452", State.QUEUED, 0, True, 1),
        # The server's trouble, not the message's: the attempt does not count.
        ("421", State.QUEUED, 0, True, 0),
        ("data-421", State.QUEUED, 0, True, 0),
        # F13: for good.
        ("550", State.FAILED, 0, False, 1),
        ("553", State.FAILED, 0, False, 1),
        ("data-552", State.FAILED, 0, False, 1),
        ("data-554", State.FAILED, 0, False, 1),
        # F11 and cut off before the dot: nothing can have left.
        ("slow", State.QUEUED, 0, True, 1),
        ("gone", State.QUEUED, 0, True, 1),
        ("cut", State.QUEUED, 0, True, 1),
        # F14: taken, and no answer.
        ("drop", State.UNKNOWN, 1, False, 1),
        ("hang", State.UNKNOWN, 1, False, 1),
        # F15: taken, and no goodbye.
        ("quit", State.SENT, 1, False, 1),
    ],
)
def test_what_the_answer_of_a_server_means(
    queued, server, settings, mood, state, taken, again, attempts
):
    settings.EMAIL_TIMEOUT = 1 if mood in {"slow", "hang"} else 10
    message = queued(recipient=f"{mood}@example.org")
    after = queued("M-2")
    actions.send_due()
    message.refresh_from_db()
    assert (message.state, message.attempts) == (state, attempts)
    assert bool(message.error) == (state != State.SENT)
    assert (message.next_try_at is not None) == again
    assert (message.rejected_at is not None) == (mood in {"550", "553"})
    assert message.lease_until is None
    met = [mail for mail in server.taken if mail["To"] == message.recipient]
    assert len(met) == taken
    after.refresh_from_db()
    assert after.state == State.SENT, "the next message is not held up"
    # Nothing more happens by itself before its time.
    assert actions.send_due() == actions.SendCounts()
    message.refresh_from_db()
    assert (message.state, message.attempts) == (state, attempts)


def test_a_greylisted_message_comes_again_with_its_own_message_id(queued, server):
    message = queued(recipient="grey@example.org")
    actions.send_due()
    message.refresh_from_db()
    assert message.next_try_at - message.claimed_at > timedelta(seconds=50)
    with time_machine.travel(message.next_try_at):
        assert actions.send_due().sent == 1
    (mail,) = server.taken
    assert mail["Message-ID"] == message.message_id


def test_it_is_given_up_after_a_day(queued, server):
    message = queued(recipient="450@example.org")
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        while message.state == State.QUEUED:
            actions.send_due()
            message.refresh_from_db()
            if message.next_try_at:
                clock.move_to(message.next_try_at)
        assert timezone.now() - start < timedelta(hours=24)
    assert (message.state, message.attempts) == (State.FAILED, 10)


def test_of_several_recipients_each_has_an_outcome_of_its_own(queued, server):
    """F16: one message for each recipient of a document."""
    refused = queued(recipient="550@example.org")
    well = queued(recipient="well@example.org")
    counts = actions.send_due()
    assert (counts.sent, counts.failed) == (1, 1)
    refused.refresh_from_db()
    well.refresh_from_db()
    assert (refused.state, well.state) == (State.FAILED, State.SENT)


@pytest.mark.parametrize("greeting", ["421 too busy", "554 no service", "silent", ""])
def test_without_a_server_the_queue_pauses_instead_of_trying_a_thousand_times(
    queued, server, settings, greeting
):
    """F10, F11, F12: no attempt is lost; one message tries when the pause is over."""
    server.greeting = greeting
    if not greeting:
        settings.EMAIL_PORT = sink.free_port()
    settings.EMAIL_TIMEOUT = 0.05
    for n in range(8):
        queued(f"M-{n}")
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        assert actions.send_due().deferred == 5
        assert actions.send_due() == actions.SendCounts()
        service = MailService.objects.get()
        assert service.failures == 5
        assert service.last_error
        assert set(Message.objects.values_list("state", "attempts")) == {("queued", 0)}
        pauses = []
        for _ in range(6):
            pauses.append(round((service.paused_until - timezone.now()).seconds / 60))
            clock.move_to(service.paused_until)
            assert actions.send_due().deferred == 1
            service.refresh_from_db()
        assert pauses == [1, 2, 4, 8, 15, 15]
        # The server is back: one tries, then all go.
        server.greeting, settings.EMAIL_PORT = "220 sink", server.port
        settings.EMAIL_TIMEOUT = 10
        assert actions.send_due() == actions.SendCounts()
        clock.move_to(service.paused_until)
        assert actions.send_due().sent == 8
    service.refresh_from_db()
    assert (service.failures, service.paused_until) == (0, None)
    assert service.last_sent_at


def test_a_message_that_never_left_is_no_trial_of_the_server(queued, server, settings):
    settings.DOCUMENT_OWNERS = {"notice": "tests.delivery.owner"}
    MailService.objects.update(failures=5, paused_until=timezone.now())
    queued(body="overtaken"), queued("M-2"), queued("M-3")
    counts = actions.send_due()
    assert (counts.sent, counts.overtaken) == (2, 1)


def test_unknown_ones_pause_the_queue_too(queued, server):
    for n in range(8):
        queued(f"M-{n}", recipient="drop@example.org")
    assert actions.send_due().unknown == 5
    assert Message.objects.filter(state=State.QUEUED).count() == 3


def test_wrong_settings_are_the_services_trouble(queued, settings):
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {}
    message = queued()
    actions.send_due()
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.QUEUED, 0)
    assert "POSTMARK_SERVER_TOKEN" in MailService.objects.get().last_error


def test_files_that_cannot_be_written_are_tried_again(queued, mail_folder):
    """F27: a file has its name only when it is complete."""
    mail_folder.parent.mkdir(exist_ok=True)
    mail_folder.write_text("in the way")
    message = queued()
    actions.send_due()
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.QUEUED, 0)


def test_what_is_known_is_written_down_when_the_database_is_back(monkeypatch):
    """F20: the mark is tried again."""
    monkeypatch.setattr(sending, "PATIENCE", (0, 0, 0))
    failures = [OperationalError("gone"), OperationalError("gone")]

    def write():
        if failures:
            raise failures.pop()
        return "marked"

    assert sending.insist(write) == "marked"


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="needs a database server")
def test_a_database_that_is_gone_after_the_dot_gets_the_mark_all_the_same(
    queued, server
):
    """F20: its connections are cut in the moment the server takes the message."""
    message = queued()

    def cut():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        connections.close_all()

    server.on_taken = cut
    assert actions.send_due().sent == 1
    message.refresh_from_db()
    assert message.state == State.SENT
    assert len(server.taken) == 1
