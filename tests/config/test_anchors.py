"""Once a day the end of the archive is written down; what contradicts it is found."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from billing.actions.papers import bill_document
from config.anchors import audit_anchors, keep_anchor, last_anchor
from config.clockwork import take_turn
from config.papers import audit_papers
from delivery.models import Document, Seal, SealHead
from tests import make
from tests.sealing import archived, melt_archive, reforge

pytestmark = pytest.mark.django_db
DAY, NEXT = date(2026, 7, 1), date(2026, 7, 2)
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def file(settings, tmp_path, company):
    settings.ANCHORS_FILE = tmp_path / "data" / "anchors.txt"
    return settings.ANCHORS_FILE


def test_a_day_has_one_anchor_and_an_empty_archive_none(file):
    assert not keep_anchor(DAY)
    archived("R-1")
    assert keep_anchor(DAY)
    archived("R-2")
    assert not keep_anchor(DAY)
    assert keep_anchor(NEXT)
    chains = Seal.objects.order_by("position").values_list("chain", flat=True)
    assert file.read_text().splitlines() == [
        f"2026-07-01 1 {chains[0]}",
        f"2026-07-02 2 {chains[1]}",
    ]
    assert last_anchor() == (NEXT, 2, chains[1])
    assert list(audit_anchors()) == []


def test_a_tail_that_was_cut_off_is_found():
    archived("R-1")
    archived("R-2")
    keep_anchor(DAY)
    melt_archive()
    Seal.objects.filter(position=2).delete()
    Document.objects.filter(number="R-2").delete()
    first = Seal.objects.get()
    SealHead.objects.update(position=1, chain=first.chain)
    with pytest.raises(CommandError) as refusal:
        call_command("verify_ledger")
    told = [line for line in str(refusal.value).splitlines() if "anchor" in line]
    assert told == ["anchor 2026-07-01: the archive had 2 entries and has them no more"]


def test_a_chain_that_was_made_anew_is_found_by_its_anchor_alone():
    archived("R-1")
    archived("R-2")
    keep_anchor(DAY)
    melt_archive()
    Document.objects.filter(number="R-1").update(file_name="other.pdf")
    reforge()
    [found] = audit_anchors()
    assert "made anew" in found.problem


def test_a_line_that_is_no_anchor_is_named_and_a_comment_is_not(file):
    file.parent.mkdir()
    file.write_bytes(b"# restored on 2026-07-01\n\n2026-13-01 1 x\nten\n\xff 1 x\n")
    assert [found.row for found in audit_anchors()] == ["line 1", "line 2", "line 3"]
    assert last_anchor() is None


def test_verify_ledger_says_where_the_archive_ends(capsys):
    call_command("verify_ledger")
    assert "The archive is empty." in capsys.readouterr().out
    with transaction.atomic():
        archived("R-1")
    keep_anchor(DAY)
    call_command("verify_ledger", "--json")
    answer = json.loads(capsys.readouterr().out)
    seal = Seal.objects.get()
    assert answer["ok"] is True
    assert answer["findings"] == []
    assert answer["archive"] == {
        "entries": 1,
        "hash": seal.chain,
        "sealed_at": seal.sealed_at.isoformat(),
        "anchored_on": "2026-07-01",
    }
    call_command("verify_ledger")
    assert seal.chain in capsys.readouterr().out


def test_a_paper_moved_to_another_client_is_found(company):
    """Who a paper is for is not sealed; the row it belongs to knows."""
    bill = make.bill("100.00")
    document = bill_document(bill)
    call_command("verify_ledger")
    melt_archive()
    Document.objects.filter(pk=document.pk).update(client=make.client("OTHER"))
    [found] = audit_papers()
    assert (found.table, found.row) == ("bill", bill.number)


def test_the_clock_writes_it_and_tells_when_it_cannot(file, settings, tmp_path):
    archived("R-1")
    assert take_turn(DAY, NOON).problems == []
    assert last_anchor() == (DAY, 1, Seal.objects.get().chain)
    settings.ANCHORS_FILE = tmp_path / "data" / "anchors.txt" / "no folder"
    [problem] = take_turn(NEXT, NOON).problems
    assert problem.startswith("anchors.txt: ")
