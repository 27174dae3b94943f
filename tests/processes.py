"""Several real processes that do the same thing at the same moment."""

from __future__ import annotations

import json
import os
import selectors
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from shutil import copy

from django.db import connection

from tests.databases import (
    address_on_server,
    copy_on_server,
    copy_to_file,
    drop_on_server,
)

ROOT = Path(__file__).parent.parent
# Everybody says that it is there, and waits for the word to go.
TOGETHER = """
import json, sys
from django.db import connection
connection.ensure_connection()
{before}
print("ready", flush=True)
sys.stdin.readline()
{what}
print(json.dumps(answer), flush=True)
"""


class Nursery:
    """Forks a process for each script (`tests/nursery.py`); started once, when asked."""

    def __init__(self):
        self.line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.nursery", str(theirs.fileno())],
                cwd=ROOT,
                env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"},
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )

    def fork(self, script, environment):
        """A process that runs the script."""
        theirs, ours = zip(*(os.pipe() for _ in range(3)), strict=True)
        # It reads from the first and writes to the others.
        given = (theirs[0], ours[1], ours[2])
        kept = (ours[0], theirs[1], theirs[2])
        wanted = json.dumps({"script": script, "environment": environment})
        socket.send_fds(self.line, [wanted.encode()], given)
        for file in given:
            os.close(file)
        return Fork(*kept)


class Fork:
    """A forked process, by its three files."""

    def __init__(self, into, out, errors):
        self.into = open(into, "w")  # noqa: PTH123, SIM115
        self.out = open(out)  # noqa: PTH123, SIM115
        self.errors = open(errors)  # noqa: PTH123, SIM115

    def is_ready(self):
        """Whether it waits for the word to go; if not, why."""
        assert self.out.readline() == "ready\n", self.errors.read()
        return True

    def go(self):
        self.into.write("go\n")
        self.into.flush()

    def answer(self, seconds=120):
        """What it leaves behind, when it has ended."""
        told = read_all([self.out, self.errors], seconds)
        for file in (self.into, self.out, self.errors):
            file.close()
        assert told[0].endswith("\n"), told[1]
        return json.loads(told[0])


def read_all(files, seconds):
    """What comes until each file ends; it must come in time."""
    until = time.monotonic() + seconds
    found = dict.fromkeys(files, b"")
    with selectors.DefaultSelector() as waiting:
        for file in files:
            waiting.register(file, selectors.EVENT_READ)
        while waiting.get_map():
            ready = waiting.select(max(0, until - time.monotonic()))
            assert ready, f"no answer in {seconds} s: {found}"
            for key, _events in ready:
                block = os.read(key.fd, 1 << 16)
                found[key.fileobj] += block
                if not block:
                    waiting.unregister(key.fileobj)
    return [found[file].decode() for file in files]


@cache
def nursery():
    """The nursery of this process."""
    return Nursery()


class Processes:
    """Real processes on one database of their own, migrated."""

    def __init__(self, folder, environment):
        self.folder = folder
        self.environment = environment

    def run(self, script):
        """What one process answers."""
        return self.at_once([script])[0]

    def at_once(self, scripts, before=""):
        """What each of the processes answers; all start in the same moment.

        A script leaves its `answer`, as plain JSON.
        """
        started = [
            nursery().fork(TOGETHER.format(before=before, what=s), self.environment)
            for s in scripts
        ]
        assert all(process.is_ready() for process in started)
        for process in started:
            process.go()
        return [process.answer() for process in started]

    def manage(self, *words):
        """What the command prints; it must succeed."""
        done = self._command(words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def refused(self, *words):
        """What the command says when it refuses with exit 1."""
        done = self._command(words)
        assert done.returncode == 1, done.stdout + done.stderr
        return done.stderr

    def _command(self, words):
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@contextmanager
def processes(folder, like=None):
    """Processes on a new database of the kind that is configured; gone afterwards.

    It is migrated and empty, or a copy of the one `like` that others use.
    """
    environment = {
        **os.environ,
        "DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    with _database(folder, like and like.folder) as address:
        yield Processes(folder, {**environment, "DATABASE_URL": address})


@contextmanager
def _database(folder, like):
    if connection.vendor == "sqlite":
        file = folder / "db.sqlite3"
        if like is None:
            copy_to_file(file)
        else:
            copy(like / "db.sqlite3", file)
        yield f"sqlite:///{file}"
        return
    name = f"{folder.name}_{os.getpid()}"
    copy_on_server(name, like and f"{like.name}_{os.getpid()}")
    try:
        yield address_on_server(name)
    finally:
        drop_on_server(name)
