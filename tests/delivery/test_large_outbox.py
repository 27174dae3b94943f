"""Questions that are asked every few seconds read what is on its way, not the past."""

from __future__ import annotations

import pytest
from django.db import connection
from django.utils import timezone

from config.standstill import messages_waiting
from delivery.facts import due, undelivered
from delivery.facts.outbox import Unsorted, under_way
from delivery.models import Message

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="the planner of SQLite"),
]


def asked():
    """Each question, and the index that knows its answer."""
    now = timezone.now()
    waiting = Message.objects.filter(due(now), state="queued")
    return {
        "what is due": (waiting.order_by(Unsorted("pk"))[:50], "message_waiting"),
        "what waits in vain": (messages_waiting(now).order_by(), "message_waiting"),
        "whose lease is over": (
            under_way().filter(lease_until__lt=now).order_by(),
            "message_under_way",
        ),
        "what did not arrive": (undelivered().order_by(), "message_in_trouble"),
    }


@pytest.mark.parametrize("question", asked())
def test_what_is_asked_every_few_seconds_does_not_read_all_messages(question):
    rows, index = asked()[question]
    plan = rows.explain()
    assert f"USING INDEX {index}" in plan, plan


def test_the_guard_sees_a_question_that_reads_all_messages():
    """Written as one would, the same question walks the whole table."""
    rows = Message.objects.filter(
        state__in=["claimed", "handing"], lease_until__lt=timezone.now()
    )
    assert "USING INDEX" not in rows.order_by().explain()
