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
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

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

    It is migrated, or a copy of the one `like` that others use.
    """
    environment = {
        **os.environ,
        "DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    with _database(folder, like and like.folder) as address:
        found = Processes(folder, {**environment, "DATABASE_URL": address})
        if like is None:
            found.manage("migrate", "-v0")
        yield found


@contextmanager
def _database(folder, like):
    if connection.vendor == "sqlite":
        if like is not None:
            copy(like / "db.sqlite3", folder)
        yield f"sqlite:///{folder}/db.sqlite3"
        return
    address, mark, query = os.environ["DATABASE_URL"].partition("?")
    name = f"{folder.name}_{os.getpid()}"
    template = f' TEMPLATE "{like.name}_{os.getpid()}"' if like else ""
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"{template}')
    try:
        yield f"{address.rpartition('/')[0]}/{name}{mark}{query}"
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
