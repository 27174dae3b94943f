"""A run of a thousand letters in the running Relance: drawn, sent, and pages meanwhile."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections
from django.utils.timezone import localdate

from clients.models import Client
from delivery.models import Message
from dunning.actions.runs import propose_run
from dunning.models import Notice, Run
from tests import make
from tests.bench.mail import server
from tests.bench.measure import proportional
from tests.running import free_port, status, wait_for

COUNT = 1_000
PAUSE = 0.2
PAGES = ("/", "/clients/", "/invoices/", "/dunning/", "/messages/", "/jobs/")


def measure_delivery(folder: Path) -> None:
    """From the button to the last letter, with pages opened all the while."""
    from tests.bench.works import overdue_invoices

    make.company()
    ids = overdue_invoices(COUNT, 5)
    Client.objects.filter(pk__in=ids).update(email="client@example.org")
    person = User.objects.create_superuser("bench", password="a-long-password-1")
    run = propose_run(
        localdate(), policy=None, person=person, request_key="bench-delivery"
    )
    # At rest the letters leave as they are drawn; the sum is what a person waits for.
    with server(), running(folder) as relance:
        desk = Desk(relance.port, session_of(person))
        quiet = Opening(desk)
        quiet.start()
        time.sleep(10)
        quiet.stop()
        start = time.perf_counter()
        took = desk.post(f"/dunning/runs/{run.pk}/issue/", {"send": "now"})
        issued = time.perf_counter() - start
        busy = Opening(desk)
        busy.start()
        drawn, memory = until_drawn(run, start, relance)
        sent = until_sent(start)
        busy.stop()
        assert took == 302, took
    print(
        f"{COUNT:,} letters of five invoices: the button answers after {issued:.1f} s"
    )
    print(f"all drawn after {drawn:.0f} s, all sent after {sent:.0f} s")
    print(f"pages before:    {quiet.told()}")
    print(f"pages meanwhile: {busy.told()}")
    print(f"memory while drawing: {memory}")


@contextmanager
def running(folder: Path) -> Iterator[Running]:
    """`manage.py up` on the database of the bench, mailing to the sink."""
    connections.close_all()
    port = free_port()
    environment = {
        **os.environ,
        "DATA_DIR": str(folder),
        "EMAIL_URL": f"smtp://{settings.EMAIL_HOST}:{settings.EMAIL_PORT}",
    }
    process = subprocess.Popen(
        [sys.executable, "manage.py", "up", "--no-demo", "--port", str(port)],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: status(port) == 200)
        yield Running(process.pid, port)
    finally:
        process.terminate()
        process.wait(60)


class Running:
    """The processes, and where they listen."""

    def __init__(self, pid: int, port: int) -> None:
        self.pid = pid
        self.port = port

    def memory(self) -> str:
        """Megabytes of each process with all it started, shared pages shared out."""
        found = []
        for child in children(self.pid):
            words = Path(f"/proc/{child}/cmdline").read_text()
            name = next(n for n in ("gunicorn", "worker", "tick") if n in words)
            found.append(f"{name} {sum(map(proportional, family(child)))} MB")
        return ", ".join(found)


def children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        found += map(int, task.read_text().split())
    return found


def family(pid: int) -> list[int]:
    return [pid, *(one for child in children(pid) for one in family(child))]


class Desk:
    """A browser that is logged in, without pictures."""

    def __init__(self, port: int, session: str) -> None:
        self.port = port
        self.cookie = f"{settings.SESSION_COOKIE_NAME}={session}; csrftoken={'a' * 32}"

    def get(self, path: str) -> int:
        return self.ask("GET", path, None, {})

    def post(self, path: str, values: dict[str, str]) -> int:
        form = urlencode({**values, "csrfmiddlewaretoken": "a" * 32})
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, form, kind)

    def ask(self, way: str, path: str, body: str | None, head: dict[str, str]) -> int:
        page = HTTPConnection("127.0.0.1", self.port, timeout=120)
        page.request(
            way, path, body, {"Host": "localhost", "Cookie": self.cookie, **head}
        )
        answer = page.getresponse()
        answer.read()
        page.close()
        return answer.status


class Opening(Thread):
    """Opens one page after the other, as somebody at work does."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(daemon=True)
        self.desk = desk
        self.over = Event()
        self.took: list[float] = []

    def run(self) -> None:
        while not self.over.is_set():
            for path in PAGES:
                start = time.perf_counter()
                assert self.desk.get(path) == 200, path
                self.took.append(time.perf_counter() - start)
                self.over.wait(PAUSE)

    def stop(self) -> None:
        self.over.set()
        self.join()

    def told(self) -> str:
        middle = statistics.median(self.took) * 1000
        p95 = sorted(self.took)[int(len(self.took) * 0.95)] * 1000
        return f"{len(self.took)} opened, median {middle:.0f} ms, p95 {p95:.0f} ms"


def session_of(person: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def until_drawn(run: Run, start: float, relance: Running) -> tuple[float, str]:
    """Seconds until every letter is kept; and the memory when half of them are."""
    memory = ""
    while missing := Notice.objects.filter(run=run, document=None).count():
        if missing < COUNT / 2 and not memory:
            memory = relance.memory()
        time.sleep(0.5)
    return time.perf_counter() - start, memory


def until_sent(start: float) -> float:
    """Seconds until every message has left."""
    while Message.objects.exclude(state=Message.State.SENT).exists():
        time.sleep(0.5)
    return time.perf_counter() - start
