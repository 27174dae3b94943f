"""Real workers on either engine, killed; nothing is lost and nothing done twice."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
from collections import Counter
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from config import engine
from tests.processes import ROOT, processes
from tests.running import wait_for

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("queue_engines")]

MANY = 60
FILL = """
from delivery.actions import NewMessage, archive, queue_messages
from delivery.models import Document
from tests import make
make.company()
client = make.client()
document = archive(kind="notice", number="M-1", client=client, language="en",
    file_name="M-1.pdf", content=make.blank_pdf(), person=None)
queue_messages([
    NewMessage(kind="notice", number="M-1", client=client, language="en",
        recipient=f"client-{{n}}@example.org", subject="Reminder", body="Please pay.",
        document=document)
    for n in range({many})
], person=None)
answer = None
"""
POKE = """
from delivery.tasks import send_messages
for _ in range(2):
    send_messages.enqueue()
answer = None
"""
ROLL_BACK = """
from django.conf import settings
from django.db import transaction
from django_tasks_db.models import DBTaskResult
from config.celery import app
from delivery.tasks import send_messages

def waiting():
    if not settings.TASKS_URL:
        return DBTaskResult.objects.count()
    with app.connection() as broker:
        return broker.default_channel.client.llen("relance")

answer = []
for fails in (True, False):
    try:
        with transaction.atomic():
            send_messages.enqueue()
            if fails:
                raise LookupError
    except LookupError:
        pass
    answer.append(waiting())
"""
# The leases of the dead are over by then; it waits until all is done.
SIX_MINUTES_LATER = """
import time
from collections import Counter
from datetime import timedelta
from django.utils import timezone
from delivery.actions.sweeping import sweep
from delivery.models import Message
before = Counter(Message.objects.values_list("state", flat=True))
swept = sweep(timezone.now() + timedelta(minutes=6))
until = time.monotonic() + 180
while Message.objects.exclude(state="sent").exists() and time.monotonic() < until:
    time.sleep(0.1)
answer = {
    "before": before,
    "found": swept.messages,
    "after": Counter(Message.objects.values_list("state", flat=True)),
    "attempts": Counter(Message.objects.values_list("attempts", flat=True)),
}
"""
# A page is asked while nobody carries the pokes; the time it took comes back.
PAGE = """
import time
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from delivery.models import Message
message = Message.objects.first()
Message.objects.filter(pk=message.pk).update(state="failed", next_try_at=None)
desk = Client(headers={"host": "localhost"})
desk.force_login(User.objects.create_superuser("anna"))
desk.get("/healthz")
again = reverse("message_again", args=[message.pk])
began = time.monotonic()
response = desk.post(again, {"key": "k"})
message.refresh_from_db()
answer = [response.status_code, message.state, time.monotonic() - began]
"""


@contextmanager
def redis():
    """A Redis of our own, by a socket: no port can be taken. Yields its socket."""
    program = shutil.which("redis-server")
    assert program, "these tests need Debian's redis-server"
    # The path of a socket may have a hundred letters only.
    folder = tempfile.mkdtemp(prefix="redis")
    socket = Path(folder) / "s"
    server = subprocess.Popen(
        [program, "--port", "0", "--unixsocket", socket, "--save", "", "--dir", folder],
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for(socket.exists)
        yield socket
    finally:
        server.kill()
        server.wait()
        shutil.rmtree(folder)


class Queue:
    """One engine, its database, and workers that are started and killed by hand."""

    def __init__(self, db, settings, socket):
        self.db = db
        self.socket = socket
        settings.TASKS_URL = f"redis+socket://{socket}" if socket else ""
        db.environment["TASKS_URL"] = settings.TASKS_URL
        self.command = engine.worker("worker")
        self.workers = []

    def worker(self, faults=""):
        with (self.db.folder / f"worker{len(self.workers)}.log").open("wb") as log:
            process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.db.environment | {"FAULTS": faults},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.workers.append(process)
        return process

    def flush(self):
        if self.socket:
            words = ["redis-cli", "-s", self.socket, "FLUSHALL"]
            subprocess.run(words, check=True, stdout=subprocess.DEVNULL)

    def close(self):
        for process in self.workers:
            process.kill()
            process.wait()

    def files(self):
        """How often each message left, by its name."""
        folder = self.db.folder / "mail"
        return Counter(path.stem.partition("-")[2] for path in folder.glob("*.eml"))


@pytest.fixture(params=["database", "celery"])
def queue(request, migrated, tmp_path, settings, django_db_blocker):
    with ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())
        db = stack.enter_context(processes(tmp_path, like=migrated))
        socket = request.param == "celery" and stack.enter_context(redis())
        queue = Queue(db, settings, socket)
        stack.callback(queue.close)
        yield queue


def test_workers_are_killed_the_queue_is_lost_and_each_message_leaves_once(queue):
    """F05, F22, F62. Without the sweep what the dead had taken would wait for ever."""
    queue.db.run(FILL.format(many=MANY) + POKE)
    dying = [queue.worker("mail.claimed=kill@8") for _ in range(2)]
    assert [process.wait(120) for process in dying] == [-signal.SIGKILL] * 2
    queue.flush()
    alive = queue.worker()
    told = queue.db.run(SIX_MINUTES_LATER)
    assert told["before"] == {"sent": 14, "claimed": 2, "queued": MANY - 16}
    assert told["found"] == 2
    assert told["after"] == {"sent": MANY}
    assert told["attempts"] == {"1": MANY - 2, "2": 2}
    assert set(queue.files().values()) == {1}
    assert len(queue.files()) == MANY
    alive.send_signal(signal.SIGTERM)
    assert alive.wait(30) == 0


def test_what_is_rolled_back_is_never_done(queue):
    """Only what is committed waits to be done."""
    assert queue.db.run(ROLL_BACK) == [0, 1]


def test_a_page_does_not_fail_and_not_wait_when_the_broker_is_gone(
    migrated, tmp_path, settings, django_db_blocker
):
    """The row is there; the clock finds it."""
    with django_db_blocker.unblock(), processes(tmp_path, like=migrated) as db:
        db.environment["TASKS_URL"] = f"redis+socket://{tmp_path}/gone"
        status, state, seconds = db.run(FILL.format(many=1) + PAGE)
    assert (status, state) == (302, "queued")
    assert seconds < 10
