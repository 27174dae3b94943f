"""Messages leave, once: claimed, handed over, marked."""

from __future__ import annotations

import json
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from delivery import actions
from delivery.actions.claiming import claim, expire_claims, let_go
from delivery.actions.handing import NotNow, Phase
from delivery.actions.marking import mark
from delivery.models import Document, MailService, Message, Seal
from delivery.rules.retry import LAST_ATTEMPT
from delivery.verdicts import Verdict
from tests import make

pytestmark = pytest.mark.django_db
State = Message.State


def test_a_message_is_sent_with_its_archived_bytes_and_marked(queued, server):
    message = queued()
    assert actions.send_due().sent == 1
    (mail,) = server.taken
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
    assert len(server.taken) == 1


def test_many_messages_go_over_one_connection(queued, server):
    for n in range(3):
        queued(f"M-{n}")
    assert actions.send_due().sent == 3
    assert server.connections == 1


def test_each_message_costs_the_same_few_queries(queued, server):
    spent = []
    for round_ in range(2):
        for n in range(2 + 3 * round_):
            queued(f"M-{round_}-{n}", kind="statement")
        with CaptureQueriesContext(connection) as captured:
            actions.send_due()
        spent.append(len(captured))
    few, more = spent
    # Savepoints take the place of transactions here.
    assert (more - few) % 3 == 0
    assert (more - few) / 3 <= 15


def test_how_it_left_is_kept_and_sealed(queued, server):
    message = queued()
    actions.send_due()
    message.refresh_from_db()
    assert (message.carrier, message.carrier_id) == ("smtp", "")
    assert message.lease_until is None
    assert Seal.objects.filter(kind="message", row=message.pk).count() == 1


def test_lines_of_dots_arrive_as_they_were_written(queued, server):
    text = "Bonjour,\n.\n..\n.fin"
    queued(body=text)
    actions.send_due()
    body = server.taken[0].get_body(["plain"]).get_content()
    assert body.rstrip().splitlines() == text.splitlines()


def test_a_claimed_message_is_nobody_elses(queued, server):
    message = queued()
    assert claim(message.pk, timezone.now())
    assert claim(message.pk, timezone.now()) is None
    assert actions.send_due().sent == 0
    assert not server.taken


def test_a_sender_that_died_before_handing_over_loses_nothing(queued, server):
    """F04: nothing can have left."""
    message = queued()
    claim(message.pk, timezone.now() - timedelta(minutes=6))
    assert actions.send_due().sent == 1
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.SENT, 2)


def test_a_sender_that_died_while_handing_over_leaves_it_unknown_for_good(
    queued, server
):
    """F05: killed between hand-over and mark."""
    message = queued()
    Phase(claim(message.pk, timezone.now())).begin_handing()
    assert actions.send_due() == actions.SendCounts()
    Message.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert actions.send_due().unknown == 1
    message.refresh_from_db()
    assert (message.state, message.error) == (State.UNKNOWN, "Sending was cut off.")
    assert actions.send_due() == actions.SendCounts()
    assert not server.taken


def test_a_message_at_which_senders_die_stands_aside_and_is_given_up(queued, server):
    """F49: the queue moves on."""
    message = queued()
    for attempt in range(1, LAST_ATTEMPT + 1):
        Message.objects.update(next_try_at=None)
        assert claim(message.pk, timezone.now() - timedelta(minutes=6))
        expire_claims(timezone.now())
        message.refresh_from_db()
        assert message.attempts == attempt
        assert (message.next_try_at is not None) == (3 <= attempt < LAST_ATTEMPT)
    assert message.state == State.FAILED
    assert not server.taken


def test_a_sender_that_wakes_too_late_neither_sends_nor_marks(queued, server):
    """F50: its claim is over, and another sender's has begun."""
    message = queued()
    late = claim(message.pk, timezone.now() - timedelta(minutes=6))
    with pytest.raises(NotNow):
        Phase(late).begin_handing()
    actions.send_due()
    with pytest.raises(NotNow):
        Phase(late).begin_handing()
    mark(late, Verdict(State.FAILED, "late"), carrier="smtp", now=timezone.now())
    let_go(late, error="late", next_try_at=None)
    message.refresh_from_db()
    assert (message.state, message.attempts, message.error) == (State.SENT, 2, "")
    assert len(server.taken) == 1


def test_what_was_shown_as_cut_off_is_sent_when_its_sender_says_so(queued, server):
    message = queued()
    slow = claim(message.pk, timezone.now())
    Phase(slow).begin_handing()
    Message.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    actions.send_due()
    mark(slow, Verdict(State.SENT), carrier="smtp", now=timezone.now())
    message.refresh_from_db()
    assert message.state == State.SENT


def test_asked_to_stop_a_sender_finishes_the_message_in_hand(queued, server):
    """F06: the others are nobody's, and go with the next start."""
    for n in range(3):
        queued(f"M-{n}")
    counts = actions.send_due(stop=lambda: len(server.taken) > 0)
    assert counts.sent == len(server.taken) == 1
    states = Message.objects.order_by("pk").values_list("state", "attempts")
    assert list(states) == [("sent", 1), ("queued", 0), ("queued", 0)]
    assert actions.send_due().sent == 2


def test_a_limit_is_kept(queued, server):
    for n in range(3):
        queued(f"M-{n}")
    assert actions.send_due(limit=2).sent == 2
    assert actions.send_due(limit=0).tried == 0


def test_a_limit_is_kept_when_one_tries_for_all(queued, server):
    """After a pause the first message is a trial, and counts."""
    queued("M-1")
    MailService.objects.update(failures=5, paused_until=None)
    assert actions.send_due(limit=0).tried == 0


def test_what_the_owner_of_the_document_forbids_never_leaves(queued, server, settings):
    """F33: paid between issue and hand-over; asked in front of the last dot."""
    settings.DOCUMENT_OWNERS = {"notice": "tests.delivery.owner"}
    stopped, after = queued(body="overtaken"), queued("M-2")
    counts = actions.send_due()
    assert (counts.sent, counts.overtaken) == (1, 1)
    stopped.refresh_from_db()
    after.refresh_from_db()
    assert (stopped.state, stopped.error) == (State.OVERTAKEN, "Paid meanwhile.")
    assert after.state == State.SENT
    assert [mail["Message-ID"] for mail in server.taken] == [after.message_id]
    assert actions.send_due() == actions.SendCounts()


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
    assert not server.taken


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
    assert json.loads(capsys.readouterr().out) == {
        "sent": 2,
        "failed": 0,
        "deferred": 0,
        "unknown": 0,
        "overtaken": 0,
        "waiting": 0,
    }
