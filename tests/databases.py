"""One migrated database, of which every test database is a copy.

The migrations take a quarter of a minute. They run once for each state of their
sources: the result is kept (`.pytest_cache/migrated`, or on PostgreSQL a database
`relance_migrated_…`) until a migration, or what one imports, says something else.
"""

from __future__ import annotations

import ast
import fcntl
import os
import sqlite3
import subprocess
import sys
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from shutil import copy

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).parent.parent
KEPT = ROOT / ".pytest_cache" / "migrated"
APPS = {"config", "clients", "delivery", "billing", "statements", "dunning"}
# Any number that nobody else holds on that server.
LOCK = 72_651_109


def copy_to_memory(name):
    """Fill the in-memory database of this connection."""
    with _kept_file() as file, sqlite3.connect(file) as source:
        connection.close()
        settings.DATABASES["default"]["NAME"] = name
        connection.settings_dict["NAME"] = name
        connection.ensure_connection()
        source.backup(connection.connection)
    source.close()


def copy_to_file(path):
    """Make a SQLite file."""
    with _kept_file() as file:
        copy(file, path)


def copy_on_server(name, like=None):
    """Make a database beside the one that is configured; `like` another one."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        if like is None:
            # Others wait until the copy is made: a template may have no visitors.
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            like = _kept_on_server(cursor)
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')


def drop_on_server(name):
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def address_on_server(name):
    """The DATABASE_URL of another database on the server that is configured."""
    address, mark, query = os.environ["DATABASE_URL"].partition("?")
    return f"{address.rpartition('/')[0]}/{name}{mark}{query}"


@contextmanager
def _kept_file():
    """The migrated SQLite file, while nobody can replace it."""
    KEPT.mkdir(parents=True, exist_ok=True)
    file = KEPT / f"{state_of_migrations()}.sqlite3"
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            for older in KEPT.glob("*.sqlite3*"):
                older.unlink()
            fresh = KEPT / "fresh.sqlite3"
            _migrate(f"sqlite:///{fresh}")
            _leave_wal(fresh)
            fresh.rename(file)
        yield file


def _leave_wal(file):
    """What was a WAL database cannot be copied into memory."""
    opened = sqlite3.connect(file)
    opened.execute("PRAGMA journal_mode=DELETE")
    opened.close()


def _kept_on_server(cursor):
    """The name of the migrated database on the server."""
    name = f"relance_migrated_{state_of_migrations()}"
    cursor.execute(
        "SELECT datname FROM pg_database WHERE datname LIKE 'relance\\_migrated\\_%%'"
    )
    found = {row[0] for row in cursor.fetchall()}
    if name not in found:
        for older in found:
            cursor.execute(f'DROP DATABASE "{older}" WITH (FORCE)')
        fresh = "relance_migrated_fresh"
        cursor.execute(f'CREATE DATABASE "{fresh}"')
        _migrate(address_on_server(fresh))
        cursor.execute(f'ALTER DATABASE "{fresh}" RENAME TO "{name}"')
    return name


def _migrate(address):
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v0"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": address},
        timeout=600,
        check=True,
    )


@cache
def state_of_migrations():
    """A digest of all that decides what the migrations make."""
    digest = sha256((ROOT / "requirements-dev.txt").read_bytes())
    for path in sorted(_sources()):
        digest.update(f"{path.relative_to(ROOT)}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _sources():
    """Every migration, and every module of ours that one imports, and so on."""
    waiting = [path for app in APPS for path in ROOT.glob(f"{app}/migrations/*.py")]
    found = set()
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _imported(path)
    return found


def _imported(path):
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{a.name}" for a in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            if name.partition(".")[0] in APPS:
                place = ROOT / name.replace(".", "/")
                tried = [place.with_suffix(".py"), place / "__init__.py"]
                yield from (module for module in tried if module.is_file())
