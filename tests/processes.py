"""Several real processes that do the same thing at the same moment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
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
import django
django.setup()
from django.db import connection
connection.ensure_connection()
{before}
print("ready", flush=True)
sys.stdin.readline()
{what}
print(json.dumps(answer), flush=True)
"""


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
        started = [self._start(TOGETHER.format(before=before, what=s)) for s in scripts]
        for process in started:
            assert process.stdout.readline() == "ready\n", process.communicate()[1]
        for process in started:
            process.stdin.write("go\n")
            process.stdin.flush()
        answers = []
        for process in started:
            out, err = process.communicate(timeout=120)
            assert process.returncode == 0, err
            answers.append(json.loads(out))
        return answers

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

    def _start(self, script):
        return subprocess.Popen(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
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
