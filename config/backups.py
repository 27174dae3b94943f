"""Copies everything while Relance runs, and puts it back with mail on hold.

A backup is one ZIP: the database as its own server copies it (a plain copy of a
SQLite file that is written to is broken), the mail kept as files, the key of this
installation, and a list of them with their SHA-256.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, connections, transaction
from django.db.backends.postgresql.client import DatabaseClient
from django.utils import timezone

from clients.models import Company
from config.restored import settle

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database"
ANCHORS = "anchors.txt"
FILES = ("secret_key", ANCHORS)
MAIL = "mail"
# Said to a copy before workers that still run can see what waited in it.
HOLD = """UPDATE delivery_mailservice SET held_since = CURRENT_TIMESTAMP
    WHERE held_since IS NULL"""
# Where PostgreSQL keeps what was there until the restore is whole.
ASIDE = "before_restore"
ASKED = ("host", "port")


class BackupRefusal(Exception):
    """Nothing was copied or put back; the text says why."""


def back_up(target: Path) -> dict[str, Any]:
    """Write the backup to `target`, which appears only when it is whole.

    Raises BackupRefusal where the file exists or cannot be written.
    """
    if target.exists():
        raise BackupRefusal(f"{target} exists already; choose another name.")
    part = target.with_name(target.name + ".part")
    try:
        with TemporaryDirectory(prefix="relance-backup-") as folder:
            # Before the database: an anchor written meanwhile would speak of entries
            # that the copy has not.
            beside = copy_files(Path(folder))
            database = Path(folder) / DATABASE
            copy_database(database)
            manifest = pack(part, [(DATABASE, database), *beside, *captured_mail()])
        part.rename(target)
    except OSError as problem:
        part.unlink(missing_ok=True)
        raise BackupRefusal(f"{target}: {problem.strerror or problem}.") from problem
    return manifest


def restore(source: Path) -> dict[str, Any]:
    """Replace everything by what the backup holds; what was there is kept beside it.

    Nothing is mailed until a person releases it. Returns the manifest with the
    safety copy's name; raises BackupRefusal before anything is changed.
    """
    with TemporaryDirectory(prefix="relance-restore-") as folder:
        manifest = unpack(source, Path(folder))
        if manifest["vendor"] != connection.vendor:
            raise BackupRefusal(
                f"The backup is of {manifest['vendor']}, this database is "
                f"{connection.vendor}."
            )
        kept = keep_what_is_there()
        put_database_back(Path(folder) / DATABASE)
        put_files_back(Path(folder))
    call_command("migrate", interactive=False, verbosity=0)
    settle(datetime.fromisoformat(manifest["made_at"]))
    return manifest | {"kept": str(kept or "")}


def copy_database(target: Path) -> None:
    """A consistent copy; writers go on meanwhile."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(target)])
        return
    words, environment = server_words()
    run(["pg_dump", "--format=custom", f"--file={target}", *words], environment)


def put_database_back(source: Path) -> None:
    """Write the copy over the database, at once for everybody who is connected.

    With mail on hold: what waited in it is not for a worker that runs meanwhile.
    """
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with sqlite3.connect(source) as copy:
            # A backup of before there was this table has nobody to send by it.
            with suppress(sqlite3.OperationalError):
                copy.execute(HOLD)
                copy.commit()
            copy.backup(connection.connection)
        copy.close()
    else:
        put_schema_back(source)
    connections.close_all()


def put_schema_back(source: Path) -> None:
    """Restore beside what is there, which goes only when that is done."""
    words, environment = server_words()
    *server, name = words
    command(f"ALTER SCHEMA public RENAME TO {ASIDE}", "CREATE SCHEMA public")
    connections.close_all()
    try:
        run(
            [
                *("pg_restore", "--no-owner", "--single-transaction"),
                *("--schema=public", *server, f"--dbname={name}", str(source)),
            ],
            environment,
        )
    except BackupRefusal:
        command("DROP SCHEMA public CASCADE", f"ALTER SCHEMA {ASIDE} RENAME TO public")
        raise
    with suppress(DatabaseError):
        command(HOLD)
    command(f"DROP SCHEMA {ASIDE} CASCADE")


def command(*statements: str) -> None:
    """Run statements together."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def server_words() -> tuple[list[str], dict[str, str]]:
    """How PostgreSQL's programs reach the database; the name is the last word."""
    words, environment = DatabaseClient.settings_to_cmd_args_env(
        connection.settings_dict, []
    )
    options = connection.settings_dict.get("OPTIONS", {})
    # An address may name the folder of the server's socket as `?host=`.
    given = {
        f"PG{name.upper()}": str(options[name]) for name in ASKED if name in options
    }
    return words[1:], {**os.environ, **given, **(environment or {})}


def run(words: list[str], environment: dict[str, str]) -> None:
    """Run one of PostgreSQL's programs; raises BackupRefusal with its words."""
    if shutil.which(words[0]) is None:
        raise BackupRefusal(
            f"{words[0]} is not installed; it comes with PostgreSQL's client programs."
        )
    done = subprocess.run(  # noqa: S603 - our own words
        words, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupRefusal(done.stderr.strip() or f"{words[0]} failed.")


def copy_files(folder: Path) -> list[tuple[str, Path]]:
    """What stands beside the database, as it is now: the key, the anchors."""
    there = [name for name in FILES if (settings.DATA_DIR / name).is_file()]
    return [
        (name, Path(shutil.copy2(settings.DATA_DIR / name, folder))) for name in there
    ]


def captured_mail() -> list[tuple[str, Path]]:
    """The mail that is kept as files."""
    found = sorted(settings.MAIL_FOLDER.glob("*"))
    return [(f"{MAIL}/{path.name}", path) for path in found if path.is_file()]


def pack(target: Path, files: list[tuple[str, Path]]) -> dict[str, Any]:
    """Write the ZIP with its list, and give the list."""
    # The key is in it: it is nobody else's to read, from its first byte on.
    target.unlink(missing_ok=True)
    target.touch(mode=0o600)
    company = Company.objects.first()
    manifest: dict[str, Any] = {
        "program": "Relance",
        "format": FORMAT,
        "made_at": timezone.now().isoformat(),
        "vendor": connection.vendor,
        "company": company.name if company else "",
        "files": {name: digest(path) for name, path in files},
    }
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=1) as bundle:
        bundle.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        for name, path in files:
            bundle.write(path, name)
    return manifest


def unpack(source: Path, folder: Path) -> dict[str, Any]:
    """Take the ZIP apart; raises BackupRefusal unless it is whole and ours."""
    try:
        with ZipFile(source) as bundle:
            manifest: dict[str, Any] = json.loads(bundle.read(MANIFEST))
            if (manifest.get("program"), manifest.get("format")) != ("Relance", FORMAT):
                raise BackupRefusal(f"{source} is not a backup of this Relance.")
            for name in manifest["files"]:
                bundle.extract(name, folder)
    except FileNotFoundError as problem:
        raise BackupRefusal(f"There is no file {source}.") from problem
    except (BadZipFile, KeyError, ValueError, OSError) as problem:
        raise BackupRefusal(f"{source} is not a whole backup: {problem}.") from problem
    for name, kept in manifest["files"].items():
        if digest(folder / name) != kept:
            raise BackupRefusal(f"{source}: {name} is not what was backed up.")
    return manifest


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    found = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            found.update(block)
    return found.hexdigest()


def keep_what_is_there() -> Path | None:
    """A backup of what is about to be replaced; None where there is nothing yet."""
    try:
        if not Company.objects.exists():
            return None
    except DatabaseError:
        return None
    time = timezone.now().strftime("%Y%m%dT%H%M%S%f")
    kept: Path = settings.DATA_DIR / f"before-restore-{time}.zip"
    back_up(kept)
    return kept


def put_files_back(folder: Path) -> None:
    """The key, the anchors and the captured mail, over what is there.

    Anchors of what is replaced say nothing of a backup from before the first one:
    they are put aside.
    """
    anchors = settings.DATA_DIR / ANCHORS
    if anchors.is_file() and not (folder / ANCHORS).is_file():
        anchors.rename(settings.DATA_DIR / f"before-restore-{ANCHORS}")
    settings.MAIL_FOLDER.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        if (folder / name).is_file():
            shutil.copy2(folder / name, settings.DATA_DIR / name)
    for path in (folder / MAIL).glob("*"):
        shutil.copy2(path, settings.MAIL_FOLDER / path.name)
