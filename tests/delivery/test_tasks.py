"""The worker's task: a batch now, the rest and the retries later."""

from __future__ import annotations

import pytest
import time_machine
from django.test import TestCase
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from delivery import tasks
from delivery.actions import service
from delivery.actions.claiming import claim
from delivery.actions.sweeping import sweep
from delivery.models import Message

pytestmark = pytest.mark.django_db


def test_the_task_sends_what_waits_and_asks_for_nothing_more(queued):
    queued()
    assert tasks.send_messages.call()["sent"] == 1
    assert not DBTaskResult.objects.exists()


def test_a_full_batch_is_followed_by_another(queued, monkeypatch):
    monkeypatch.setattr(tasks, "BATCH", 1)
    queued(), queued("M-2")
    tasks.send_messages.call()
    assert DBTaskResult.objects.count() == 1
    assert Message.objects.filter(state="queued").count() == 1


def test_the_sweep_has_a_message_tried_again_when_its_time_comes(queued, server):
    """Neither a lost task nor a dead sender loses a message."""
    message = queued(recipient="grey@example.org")
    tasks.send_messages.call()
    sweep(timezone.now())
    assert not DBTaskResult.objects.exists()
    message.refresh_from_db()
    later = message.next_try_at
    with TestCase.captureOnCommitCallbacks(execute=True):
        sweep(later)
    assert DBTaskResult.objects.count() == 1
    with time_machine.travel(later):
        assert tasks.send_messages.call()["sent"] == 1
    assert server.taken[0]["Message-ID"] == message.message_id


def test_nobody_is_poked_while_mail_is_held_or_somebody_sends(queued, server):
    message = queued()
    now = timezone.now()
    service.hold(person=None, why="restored", now=now)
    with TestCase.captureOnCommitCallbacks(execute=True):
        sweep(now)
    service.release()
    claim(message.pk, now)
    queued("M-2")
    with TestCase.captureOnCommitCallbacks(execute=True):
        sweep(now)
    assert not DBTaskResult.objects.exists()
