"""A person, or a restored backup, holds the mail; another lets it go."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from delivery import actions
from delivery.actions import service
from delivery.actions.claiming import claim, let_go
from delivery.actions.handing import NotNow, Phase
from delivery.actions.marking import mark
from delivery.models import MailService, Message
from delivery.verdicts import Verdict

pytestmark = pytest.mark.django_db


def test_while_mail_is_held_nothing_is_sent(queued, server, accountant):
    queued()
    assert service.hold(person=accountant, why="wrong letters", now=timezone.now())
    assert not service.hold(person=None, why="second", now=timezone.now())
    assert actions.send_due() == actions.SendCounts()
    row = MailService.objects.get()
    assert (row.held_by, row.held_why) == (accountant, "wrong letters")
    assert service.release()
    assert not service.release()
    assert actions.send_due().sent == 1


def test_mail_held_in_mid_sentence_does_not_leave_and_loses_no_attempt(queued, server):
    """Held between claim and dot: the message goes back as it was."""
    message = queued()
    claimed = claim(message.pk, timezone.now())
    service.hold(person=None, why="stop", now=timezone.now())
    with pytest.raises(NotNow):
        Phase(claimed).begin_handing()
    let_go(claimed, error="", next_try_at=None)
    assert server.taken == []
    service.release()
    assert actions.send_due().sent == 1
    message.refresh_from_db()
    assert message.attempts == 1


def test_put_right_by_a_person_everything_is_tried_at_once(queued, server):
    message = queued(recipient="grey@example.org")
    actions.send_due()
    MailService.objects.update(
        failures=7, paused_until=timezone.now() + timedelta(minutes=4)
    )
    assert actions.send_due() == actions.SendCounts()
    service.try_now()
    assert actions.send_due().sent == 1
    message.refresh_from_db()
    assert message.state == Message.State.SENT


def test_one_trial_at_a_time(queued):
    now = timezone.now()
    MailService.objects.update(failures=5, paused_until=now)
    _permit, until = service.ask_permit(now)
    assert service.begin_trial(until, now)
    assert not service.begin_trial(until, now)


def test_what_a_report_has_said_stays_when_the_attempt_ends_otherwise(queued):
    """A refusal is reported while the connection that hands over is cut."""
    claimed = claim(queued().pk, timezone.now())
    reported = timezone.now()
    Message.objects.filter(pk=claimed.pk).update(rejected_at=reported)
    outcome = Verdict(Message.State.UNKNOWN, "cut off")
    mark(claimed, outcome, carrier="mailgun", now=timezone.now())
    row = Message.objects.get()
    assert (row.state, row.rejected_at) == (Message.State.UNKNOWN, reported)
