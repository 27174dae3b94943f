"""verify_ledger names letters, levels, bytes and statements that were tampered with."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from delivery.models import Document
from dunning.actions.letters import render_letters
from dunning.actions.runs import issue_run, propose_run
from dunning.models import Arrival, Notice, NoticeLine, Run, Withdrawal
from statements.actions import issue_statement
from statements.models import Statement
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def issued(written, company):
    """A run of one letter with two invoices, rendered, and a statement."""
    return Run.objects.get()


@pytest.fixture(scope="module")
def written(kept):
    with kept():
        make.company()
        write()


def write():
    client = make.client("K-1")
    for number in ("INV-1", "INV-2"):
        make.invoice("100.00 CHF", to=client, number=number, due="2026-01-05")
    run = propose_run(make.day("2026-03-02"), policy=None, person=None, request_key="k")
    issue_run(run, None)
    render_letters(run)
    issue_statement(
        client,
        start=make.day("2026-01-01"),
        end=make.day("2026-03-02"),
        kind=Statement.Kind.ACTIVITY,
        unpaid_only=False,
        person=None,
        issued_on=make.day("2026-03-02"),
        request_key="s",
    )


def thaw(table: str) -> None:
    """What somebody with the database's password can do."""
    on = "" if connection.vendor == "sqlite" else f" ON {table}"
    with connection.cursor() as cursor:
        for event in ("update", "delete"):
            cursor.execute(f"DROP TRIGGER {table}_frozen_{event}{on}")


def found() -> str:
    with pytest.raises(CommandError) as refusal:
        call_command("verify_ledger")
    return str(refusal.value)


def test_an_issued_run_has_no_findings(issued, capsys):
    call_command("verify_ledger")
    assert "Every figure agrees" in capsys.readouterr().out


def test_one_flipped_byte_of_an_archived_letter_is_named(issued):
    thaw("delivery_document")
    letter = Document.objects.get(kind="notice")
    flipped = bytearray(letter.content)
    flipped[len(flipped) // 2] ^= 1
    Document.objects.filter(pk=letter.pk).update(content=bytes(flipped))
    assert f"document notice {letter.number}: its bytes were changed" in found()


def test_a_changed_amount_of_a_letter_is_named(issued):
    thaw("dunning_notice")
    Notice.objects.update(total="150.00")
    assert "notice R-2026-0001: asks for 150.00, its lines say 200.00" in found()


def test_a_line_slipped_into_an_issued_letter_is_named(issued):
    line = NoticeLine.objects.first()
    line.pk, line.invoice = (
        None,
        make.invoice("5.00 CHF", to=line.invoice.client, number="INV-9"),
    )
    line.save()
    assert "INV-9 at level 1 is not on both sides" in found()


def test_a_deleted_letter_leaves_a_gap_that_is_named(issued):
    for table in ("dunning_noticeline", "dunning_notice"):
        thaw(table)
    NoticeLine.objects.all().delete()
    Notice.objects.all().delete()
    said = found()
    assert "number series R-2026-0001: is missing" in said
    assert "invoice INV-1: level 1" in said


def test_a_changed_figure_of_a_statement_is_named(issued):
    thaw("statements_statement")
    statement = Statement.objects.get()
    statement.figures["sections"][0]["closing"] = "1.00"
    Statement.objects.filter(pk=statement.pk).update(figures=statement.figures)
    assert f"statement {statement.number}: does not add up in CHF" in found()


def test_a_line_withdrawn_without_its_letter_is_named(issued):
    NoticeLine.objects.update(withdrawn_at=timezone.now())
    said = found()
    assert "notice R-2026-0001: is not withdrawn, but one of its lines is" in said
    assert "invoice INV-1: level 1 until 2026-03-12, its letters say 0" in said


def test_a_withdrawal_that_left_its_lines_is_named(issued):
    Withdrawal.objects.create(
        notice=Notice.objects.get(), cause="withdrawn", at=timezone.now()
    )
    assert "R-2026-0001: is withdrawn, but not all of its lines" in found()


def test_an_arrival_with_a_deadline_of_its_own_is_named(issued):
    Arrival.objects.create(
        notice=Notice.objects.get(),
        how="post",
        on=make.day("2026-03-06"),
        deadline_on=make.day("2026-06-01"),
        at=timezone.now(),
    )
    said = found()
    assert "arrived on 2026-03-06: its deadline is 2026-03-12, not 2026-06-01" in said
    assert "invoice INV-1: level 1 until 2026-03-12, its letters say 1" in said
