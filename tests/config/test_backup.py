"""Everything is copied while Relance runs, and comes back with mail on hold (F54, F55)."""

from __future__ import annotations

import json
from zipfile import ZipFile

import pytest

from tests.processes import processes

FILL = """
from tests import make
from delivery.actions import archive, queue_message
make.company()
client = make.client("K-1", name="Dupont")
make.invoice("100.00 CHF", to=client, number="INV-1")
document = archive(kind="notice", number="R-1", client=client, language="fr",
    file_name="x.pdf", content=PDF, person=None)
queue_message(kind="notice", number="R-1", client=client, language="fr",
    recipient="a@b.ch", subject="Rappel", body="x", person=None, document=document)
answer = None
"""
PDF = """
from delivery.pdf import render_pdf
PDF = render_pdf("<p>x</p>")
"""
MORE = """
from tests import make
from clients.models import Client
make.invoice("50.00 CHF", to=Client.objects.get(), number="INV-2")
answer = None
"""
STATE = """
from billing.models import Invoice
from delivery.models import MailService, Message
service = MailService.objects.get()
answer = {
    "invoices": sorted(Invoice.objects.values_list("number", flat=True)),
    "messages": [[m.state, m.error] for m in Message.objects.all()],
    "held": service.held_since is not None,
    "why": service.held_why,
}
"""

PUT_BACK = """
from pathlib import Path
from tempfile import mkdtemp
from config.backups import copy_database, pack, put_database_back
from delivery.models import MailService, Message
copy, bundle = (Path(mkdtemp()) / name for name in ("copy", "bundle"))
copy_database(copy)
pack(bundle, [])
put_database_back(copy)
answer = {
    "waiting": Message.objects.filter(state="queued").count(),
    "held": MailService.objects.get().held_since is not None,
    "readable_by_others": bool(bundle.stat().st_mode & 0o077),
}
"""


ANCHORED = """
from datetime import date
from pathlib import Path
from tempfile import mkdtemp
from zipfile import ZipFile
from django.conf import settings
from config import backups
from config.anchors import audit_anchors, keep_anchor
folder = Path(mkdtemp())
copy_database = backups.copy_database
def copy_and_anchor(target):
    copy_database(target)
    keep_anchor(date(2026, 1, 1))
backups.copy_database = copy_and_anchor
backups.back_up(folder / "first.zip")
with ZipFile(folder / "first.zip") as bundle:
    names = bundle.namelist()
backups.restore(folder / "first.zip")
answer = {
    "in_the_backup": [name for name in names if name == "anchors.txt"],
    "after_the_restore": [str(found) for found in audit_anchors()],
    "put_aside": (settings.DATA_DIR / "before-restore-anchors.txt").is_file(),
}
"""


@pytest.fixture
def desk(tmp_path, migrated):
    """A company with an invoice and a waiting message, on a database of its own."""
    with processes(tmp_path, migrated) as found:
        found.run(PDF + FILL)
        yield found


@pytest.mark.processes
def test_a_backup_comes_back_with_mail_on_hold_and_nothing_that_goes_out_twice(desk):
    backup = desk.folder / "monday.zip"
    desk.manage("backup", str(backup))
    desk.run(MORE)
    assert desk.run(STATE)["invoices"] == ["INV-1", "INV-2"]
    done = json.loads(desk.manage("restore", str(backup), "--json"))

    found = desk.run(STATE)
    assert found["invoices"] == ["INV-1"]
    assert found["held"]
    assert found["why"].startswith("Restored from a backup of ")
    [(state, why)] = found["messages"]
    assert state == "unknown", "it may have left after the backup"
    assert "may have left since" in why
    desk.manage("verify_ledger")

    # What was there before is not lost, and goes back the same way.
    desk.manage("restore", done["kept"])
    assert desk.run(STATE)["invoices"] == ["INV-1", "INV-2"]


@pytest.mark.processes
def test_anchors_never_speak_of_more_than_the_database_beside_them(desk):
    """Those written during a backup, and those of what a restore replaces."""
    done = desk.run(ANCHORED)
    assert done["in_the_backup"] == []
    assert done["after_the_restore"] == []
    assert done["put_aside"]


@pytest.mark.processes
def test_a_worker_that_runs_meanwhile_never_sees_old_mail_that_may_leave(desk):
    """From the instant the old rows are there until they are put right."""
    found = desk.run(PUT_BACK)
    assert found == {"waiting": 1, "held": True, "readable_by_others": False}


@pytest.mark.processes
def test_a_backup_that_is_not_whole_changes_nothing(desk):
    backup = desk.folder / "monday.zip"
    desk.manage("backup", str(backup))
    assert "exists already" in desk.refused("backup", str(backup))
    altered = desk.folder / "altered.zip"
    with ZipFile(backup) as source, ZipFile(altered, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content + b"x" if name == "database" else content)
    assert "is not what was backed up" in desk.refused("restore", str(altered))
    cut = desk.folder / "cut.zip"
    cut.write_bytes(backup.read_bytes()[:-100])
    assert "is not a whole backup" in desk.refused("restore", str(cut))
    assert "There is no file" in desk.refused("restore", str(desk.folder / "no.zip"))
    found = desk.run(STATE)
    assert (found["invoices"], found["held"]) == (["INV-1"], False)
    assert [state for state, _why in found["messages"]] == ["queued"]
