"""Several processes seal at once: one chain without gap or fork, and no deadlock."""

from __future__ import annotations

import pytest

from tests.processes import processes

BEFORE = """
from io import BytesIO
import pikepdf
from django.db import IntegrityError, transaction
from clients.models import Client
from delivery.actions import archive
from delivery.models import Document, Message, Seal, SealHead
file = BytesIO()
with pikepdf.new() as pdf:
    pdf.add_blank_page()
    pdf.save(file)
client = Client.objects.get()

def keep(number):
    return archive(kind="notice", number=number, client=client, language="fr",
        file_name=number + ".pdf", content=file.getvalue(), person=None).pk
"""
CLIENT = """
from tests import make
make.company()
answer = make.client("K-1").pk
"""
# Each has ten of its own, and ten that all of them keep, in an order of its own.
KEEP = """
numbers = [f"O-{who}-{{n}}" for n in range(10)] + [f"S-{{n}}" for n in range(10)]
numbers.sort(key=lambda number: hash((number, {who})))
answer = {{number: keep(number) for number in numbers}}
"""
# The end is read before it is held: what the lock is for.
UNHELD = """
lost = 0
for n in range(10):
    head = SealHead.objects.get()
    try:
        with transaction.atomic():
            made = Seal.objects.create(position=head.position + 1, kind="event",
                row={who} * 100 + n, digest="0" * 64, chain=f"{who}-{{n}}",
                sealed_at="2026-01-01T00:00Z")
            SealHead.objects.update(position=made.position, chain=made.chain)
    except IntegrityError:
        lost += 1
answer = lost
"""


@pytest.fixture
def desks(tmp_path, migrated):
    with processes(tmp_path, migrated) as found:
        found.run(CLIENT)
        yield found


@pytest.mark.processes
def test_three_processes_seal_into_one_chain(desks):
    answers = desks.at_once([KEEP.format(who=who) for who in range(3)], BEFORE)
    shared = [{k: v for k, v in a.items() if k.startswith("S-")} for a in answers]
    assert shared[0] == shared[1] == shared[2]
    assert "The archive has 40 entries" in desks.manage("verify_ledger")


@pytest.mark.processes
def test_without_the_hold_links_are_lost(desks):
    """The control: the same three, that do not hold the end of the chain."""
    lost = desks.at_once([UNHELD.format(who=who) for who in range(3)], BEFORE)
    assert sum(lost) > 0
