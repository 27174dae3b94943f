"""The worker's task: a batch now, the rest and the retries later."""

from __future__ import annotations

import pytest
from django_tasks_db.models import DBTaskResult

from delivery import tasks
from delivery.models import Message
from tests.delivery import sink

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


def test_a_message_to_try_again_is_tried_when_its_time_comes(queued, settings):
    settings.EMAIL_BACKEND = "delivery.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.free_port()
    message = queued()
    tasks.send_messages.call()
    message.refresh_from_db()
    assert DBTaskResult.objects.get().run_after == message.next_try_at
