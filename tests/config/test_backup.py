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
