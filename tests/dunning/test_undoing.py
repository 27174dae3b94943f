"""A whole run is undone: before it is sent, afterwards, or not at all (4.5)."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from delivery.models import Message
from dunning.actions.letters import letter, queue_letters
from dunning.actions.undoing import undo_run
from dunning.actions.withdrawing import WithdrawRefusal, withdraw_line
from dunning.facts.undoing import undoing, undone_counts
from dunning.models import Charge, LevelChange, LineWithdrawal, Notice, Withdrawal
from tests import make
from tests.dunning import desk

pytestmark = pytest.mark.django_db

WITH_FEES = [
    {**level, "fee": {"CHF": "20.00"}, "interest_rate": "5.00"}
    for level in desk.EXAMPLE_2
]


@pytest.fixture
def invoices(company):
    """Three clients, four invoices; the levels cost 20.00 and 5 % a year."""
    desk.policy(WITH_FEES, fees_agreed=True)
    first = make.client()
    return [
        make.invoice("500.00 CHF", to=first, number="INV-1"),
        make.invoice("80.00 CHF", to=first, number="INV-2"),
        make.invoice("90.00 CHF", number="INV-3"),
        make.invoice("70.00 CHF", number="INV-4"),
    ]


def states(rows):
    for row in rows:
        row.refresh_from_db()
    return [(row.level, f"{row.deadline_on}") for row in rows]


def open_charges():
    rows = Charge.objects.filter(open__gt=0).order_by("pk")
    return list(rows.values_list("notice__number", "kind", "open"))


def test_undone_before_it_is_sent_nothing_leaves_and_all_is_as_before(
    invoices, accountant, capsys
):
    desk.issue("2026-02-16")
    before, owed = states(invoices), open_charges()
    run = desk.issue("2026-03-04").run
    queue_letters(run, accountant)
    kept = letter(run.notices.first()).sha256
    done = undo_run(run, "Wrong month", accountant)
    assert (done.cancelled, done.withdrawn) == (3, ())
    assert [(r.level, r.level_after) for r in done.returns] == [(2, 1)] * 4
    assert (states(invoices), open_charges()) == (before, owed)
    assert set(Message.objects.values_list("state")) == {("overtaken",)}
    assert letter(Notice.objects.get(pk=run.notices.first().pk)).sha256 == kept
    assert undone_counts([run]) == {run.pk: (3, 3)}
    call_command("verify_ledger")
    assert "Every figure agrees" in capsys.readouterr().out


def test_undone_twice_it_changes_nothing_and_says_so(invoices, accountant):
    run = desk.issue("2026-02-16").run
    undo_run(run, "Wrong month", accountant)
    again = undo_run(run, "Once more", accountant)
    assert (again.cancelled, again.withdrawn, again.returns) == (0, (), ())
    assert set(Withdrawal.objects.values_list("reason")) == {("Wrong month",)}


def test_letters_that_have_left_are_told_from_those_that_never_will(
    invoices, accountant
):
    run = desk.issue("2026-02-16").run
    queue_letters(run, accountant)
    sent, handing, failed = Message.objects.order_by("number")
    Message.objects.filter(pk=sent.pk).update(state="sent", sent_at=timezone.now())
    Message.objects.filter(pk=handing.pk).update(state="handing")
    Message.objects.filter(pk=failed.pk).update(state="failed")
    expected = undoing(run)
    assert [n.number for n in expected.left] == [sent.number, handing.number]
    assert (expected.unsent, expected.letters) == (1, 3)
    assert expected.moves == [(1, 0, 4)]
    done = undo_run(run, "Wrong month", accountant)
    assert (done.cancelled, len(done.withdrawn)) == (1, 2)
    failed.refresh_from_db()
    assert (failed.resolution, failed.resolved_by) == ("given_back", accountant)


def test_a_later_run_stands_in_the_way_and_is_named_in_full(invoices, accountant):
    first = desk.issue("2026-02-16").run
    second = desk.issue("2026-03-04").run
    with pytest.raises(WithdrawRefusal) as refusal:
        undo_run(first, "Wrong month", accountant)
    assert [o.invoice for o in refusal.value.obstacles] == [
        *("INV-1", "INV-2", "INV-3", "INV-4"),
    ]
    assert not Withdrawal.objects.exists()
    undo_run(second, "Wrong month", accountant)
    undo_run(first, "Wrong month", accountant)
    assert states(invoices) == [(0, "2026-02-09")] * 4
    assert not open_charges()


def test_a_level_set_by_hand_since_stands_in_the_way(invoices, accountant):
    run = desk.issue("2026-02-16").run
    LevelChange.objects.create(
        invoice=invoices[2],
        cycle=2,
        level_before=1,
        level=2,
        deadline_on=make.day("2026-03-01"),
        reason="Agreed",
        at=timezone.now(),
    )
    with pytest.raises(WithdrawRefusal, match=r"level 2 set on .* \(INV-3\)"):
        undo_run(run, "Wrong month", accountant)


def test_one_invoice_is_taken_off_a_letter_that_counts_for_the_others(
    invoices, accountant, capsys
):
    run = desk.issue("2026-02-16").run
    first, second = run.notices.first().lines.order_by("pk")
    withdraw_line(first, reason="Paid in cash", person=accountant)
    withdraw_line(first, reason="Again", person=accountant)
    assert LineWithdrawal.objects.get().reason == "Paid in cash"
    assert states(invoices)[:2] == [(0, "2026-02-09"), (1, "2026-02-26")]
    kinds = [kind for number, kind, _open in open_charges() if number == str(first.notice)]  # fmt: skip
    assert kinds == ["fee", "interest"]
    assert undone_counts([run]) == {run.pk: (0, 3)}
    # With the last one the letter goes.
    withdraw_line(second, reason="Paid too", person=accountant)
    assert Withdrawal.objects.get().notice == first.notice
    assert states(invoices)[:2] == [(0, "2026-02-09")] * 2
    call_command("verify_ledger")
    assert "Every figure agrees" in capsys.readouterr().out


def test_more_letters_take_no_more_queries(company, accountant):
    desk.policy(WITH_FEES, fees_agreed=True)
    counts = []
    for letters in (2, 6):
        for _n in range(letters):
            make.invoice("400.00 CHF")
        run = desk.issue("2026-02-16").run
        queue_letters(run, accountant)
        with CaptureQueriesContext(
            connection,
        ) as found:
            undoing(run)
            undo_run(run, "Wrong month", accountant)
        counts.append(len(found))
    assert counts[0] == counts[1]
    assert counts[0] < 50
