"""Several real senders on one outbox: nobody gets a message twice (F04, F05)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from threading import Thread

import pytest
from django.conf import settings
from django.db import connection, connections

from delivery import actions
from delivery.models import Message
from tests.delivery import sink

MANY = 24
FILL = """
from clients.models import Client, Company
from delivery.actions import archive, queue_message
from delivery.pdf import render_pdf
Company.objects.create(pk=1, name="Léman SA", email="compta@leman.example")
client = Client.objects.create(number="K-1", name="Dupont", search="dupont")
for n in range({many}):
    document = archive(kind="notice", number=f"M-{{n}}", client=client, language="fr",
        file_name="x.pdf", content=render_pdf("<p>x</p>"), person=None)
    queue_message(kind="notice", number=f"M-{{n}}", client=client, language="fr",
        recipient="client@example.org", subject="Rappel", body="x", person=None,
        document=document)
"""
STATES = """
from collections import Counter
from delivery.models import Message
print(dict(Counter(Message.objects.values_list("state", flat=True))))
"""


@pytest.fixture
def manage(tmp_path):
    """Runs `manage.py` on a database file of its own, mailing to a real server."""
    with sink.running() as (taken, port):
        env = os.environ | {
            "DATA_DIR": str(tmp_path),
            "DATABASE_URL": f"sqlite:///{tmp_path}/relance.sqlite3",
            "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        }

        def start(*words):
            return subprocess.Popen(
                [sys.executable, str(settings.BASE_DIR / "manage.py"), *words],
                env=env,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )

        def run(*words):
            process = start(*words)
            out, err = process.communicate(timeout=120)
            assert process.returncode == 0, err
            return out

        run("migrate", "--verbosity", "0")
        run("shell", "--verbosity", "0", "-c", FILL.format(many=MANY))
        yield start, run, taken


@pytest.mark.processes
def test_three_senders_at_once_send_each_message_once(manage):
    start, run, taken = manage
    senders = [start("send_outbox", "--json") for _ in range(3)]
    sent = sum(json.loads(s.communicate(timeout=120)[0])["sent"] for s in senders)
    assert sent == MANY
    assert set(Counter(m["Message-ID"] for m in taken).values()) == {1}
    assert len(taken) == MANY
    assert (
        run("shell", "--verbosity", "0", "-c", STATES).strip() == f"{{'sent': {MANY}}}"
    )


@pytest.mark.processes
def test_a_sender_killed_in_the_middle_leaves_no_message_sent_twice(manage):
    start, run, taken = manage
    sender = start("send_outbox")
    until = time.monotonic() + 60
    while len(taken) < 3 and time.monotonic() < until:
        time.sleep(0.002)
    sender.kill()
    sender.wait()
    run("send_outbox")
    assert set(Counter(m["Message-ID"] for m in taken).values()) == {1}
    assert len(taken) >= MANY - 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="needs a database server")
def test_two_threads_at_once_send_one_message(queued, settings):
    assert connection.vendor == "postgresql"
    queued()
    with sink.running() as (taken, port):
        settings.EMAIL_BACKEND = "delivery.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port

        def send():
            actions.send_due()
            connections.close_all()

        threads = [Thread(target=send) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(taken) == 1
    assert Message.objects.get().attempts == 1
