"""Two senders at one message, each with a connection of its own (F47).

What whole processes do, and what is left of them when they are killed: tests/crash.
"""

from __future__ import annotations

from threading import Thread

import pytest
from django.db import connections

from delivery import actions
from delivery.models import Message


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    "connections['default'].vendor == 'sqlite'", reason="needs a database server"
)
def test_four_threads_at_once_send_one_message_once(queued, server):
    queued()

    def send():
        actions.send_due()
        connections.close_all()

    threads = [Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.taken) == 1
    assert Message.objects.get().attempts == 1
