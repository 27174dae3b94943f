"""A run from proposal to issue: B02, B07, B09, B12, B13 and I20-I30 on the database."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from billing.actions.marks import mark_invoice
from billing.models import InvoiceMark
from billing.rules.money import plain
from dunning import facts
from dunning.actions.runs import (
    RunRefusal,
    discard_run,
    issue_run,
    select_all,
    select_lines,
)
from dunning.models import Notice, NoticeLine, Run, RunLine
from dunning.rules.dossier import Reason
from tests import make
from tests.dunning import desk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def example_2(company):
    return desk.policy()


def test_example_2_from_the_first_reminder_to_the_last(accountant):
    invoice = make.invoice(number="INV", due="2026-02-09")
    days = [
        ("2026-02-14", None, None),
        ("2026-02-16", 1, date(2026, 2, 26)),
        ("2026-02-17", None, None),
        ("2026-03-03", None, None),
        ("2026-03-04", 2, date(2026, 3, 14)),
        ("2026-03-17", None, None),
        ("2026-03-18", 3, date(2026, 3, 28)),
        ("2026-04-30", None, None),
    ]
    for on, level, deadline in days:
        run = desk.propose(on)
        if level is None:
            assert desk.ticked(run) == []
            with pytest.raises(RunRefusal):
                issue_run(run, accountant)
            discard_run(run, accountant)
            continue
        assert issue_run(run, accountant).notices == 1
        invoice.refresh_from_db()
        assert (invoice.level, invoice.deadline_on) == (level, deadline)
        notice = run.notices.get()
        assert (notice.run_on, notice.deadline_on) == (make.day(on), deadline)
    assert desk.lines(run) == {"INV": "last_level_reached"}
    assert list(Notice.objects.values_list("number", flat=True)) == [
        "R-2026-0001",
        "R-2026-0002",
        "R-2026-0003",
    ]
    assert [h.line.level for h in facts.history(invoice)] == [1, 2, 3]


def test_every_late_invoice_stands_in_the_proposal_once():
    blocked = make.invoice(number="B")
    mark_invoice(blocked, InvoiceMark.Kind.DISPUTED, date(2026, 2, 10), "wrong goods")
    make.invoice(number="A")
    make.invoice(number="C", due="2026-02-16")
    paid = make.invoice(number="P")
    make.payment("100.00 CHF", on="2026-02-10", to=paid)
    run = desk.propose("2026-02-16")
    assert desk.lines(run) == {"A": 1, "B": "disputed"}
    assert desk.ticked(run) == ["A"]


def test_the_same_request_gets_the_same_run():
    make.invoice()
    first = desk.propose("2026-02-16", key="click")
    assert desk.propose("2026-02-16", key="click") == first
    assert Run.objects.count() == 1


def test_only_ticked_lines_are_raised(accountant):
    """B09: unticked invoices keep level and deadline, and come again tomorrow."""
    one, two, _three = (make.invoice(number=name) for name in "ABC")
    run = desk.propose("2026-02-16")
    select_lines(run, ticked={one.pk}, shown={one.pk, two.pk})
    assert desk.ticked(run) == ["A", "C"]
    done = issue_run(run, accountant)
    assert (done.issued, done.notices, done.dropped) == (True, 2, ())
    assert desk.lines(run) == {"A": 1, "B": "not_selected", "C": 1}
    two.refresh_from_db()
    assert (two.level, two.deadline_on) == (0, two.due_on)
    assert desk.ticked(desk.propose("2026-02-17")) == ["B"]


def test_nothing_ticked_is_refused(accountant):
    make.invoice()
    run = desk.propose("2026-02-16")
    select_all(run, selected=False)
    with pytest.raises(RunRefusal):
        issue_run(run, accountant)
    select_all(run, selected=True)
    assert issue_run(run, accountant).issued


def test_an_excluded_line_cannot_be_ticked():
    invoice = make.invoice()
    mark_invoice(invoice, InvoiceMark.Kind.DISPUTED, date(2026, 2, 10), "x")
    run = desk.propose("2026-02-16")
    select_lines(run, ticked={invoice.pk}, shown={invoice.pk})
    select_all(run, selected=True)
    assert desk.ticked(run) == []


def test_the_second_issue_changes_nothing(accountant):
    make.invoice()
    run = desk.propose("2026-02-16")
    assert issue_run(run, accountant).issued
    again = issue_run(Run.objects.get(pk=run.pk), accountant)
    assert (again.run, again.issued, again.notices) == (run, False, 1)
    assert Notice.objects.count() == 1


def test_what_was_paid_since_the_proposal_is_dropped_and_named(accountant):
    paid, left = make.invoice(number="P"), make.invoice(number="L")
    run = desk.propose("2026-02-16")
    make.payment("100.00 CHF", on="2026-02-16", to=paid)
    done = issue_run(run, accountant)
    [dropped] = done.dropped
    assert (dropped.number, dropped.reason) == ("P", Reason.PAID_SINCE)
    assert dropped.detail == {"was": "100.00", "on": "2026-02-16"}
    assert desk.lines(run) == {"P": "paid_since", "L": 1}
    assert Notice.objects.get().client_id == left.client_id


def test_a_part_payment_since_the_proposal_changes_the_amount(accountant):
    invoice = make.invoice(number="I")
    run = desk.propose("2026-02-16")
    make.payment("30.00 CHF", on="2026-02-16", to=invoice)
    done = issue_run(run, accountant)
    [changed] = done.changed
    assert (changed.reason, changed.detail) == (
        Reason.CHANGED,
        {"was": "100.00", "open": "70.00"},
    )
    assert plain(Notice.objects.get().total) == "70.00"
    line = run.lines.get()
    assert (plain(line.open), line.detail) == ("70.00", changed.detail)


def test_a_new_reason_since_the_proposal_drops_the_line(accountant):
    invoice, _other = make.invoice(number="D"), make.invoice(number="O")
    run = desk.propose("2026-02-16")
    mark_invoice(invoice, InvoiceMark.Kind.UNCOLLECTIBLE, date(2026, 2, 16), "gone")
    assert [d.reason for d in issue_run(run, accountant).dropped] == ["uncollectible"]
    assert desk.lines(run) == {"D": "uncollectible", "O": 1}


def test_another_level_than_proposed_is_not_issued(accountant):
    """The policy got a new first level meanwhile: nobody has seen that letter."""
    invoice = make.invoice(number="I", due="2026-01-05")
    desk.issue("2026-01-20")
    make.invoice(number="O")
    run = desk.propose("2026-02-16")
    assert desk.lines(run) == {"I": 2, "O": 1}
    policy = desk.policy([desk.EXAMPLE_2[0]])
    policy.levels.create(position=5, name="Five", grace_days=0, term_days=10)
    [dropped] = issue_run(run, accountant).dropped
    assert (dropped.number, dropped.reason) == ("I", Reason.CHANGED)
    invoice.refresh_from_db()
    assert invoice.level == 1


def test_credits_at_issue_count_against_the_ticked_lines_only(accountant):
    client = make.client()
    big = make.invoice("500.00 CHF", to=client, number="BIG")
    small = make.invoice("40.00 CHF", to=client, number="SMALL")
    make.credit("50.00 CHF", of=client, on="2026-02-01")
    run = desk.propose("2026-02-16")
    assert desk.ticked(run) == ["BIG", "SMALL"]
    select_lines(run, ticked={small.pk}, shown={big.pk, small.pk})
    assert facts.run_totals(run).letters == 0
    with pytest.raises(RunRefusal, match=r"50\.00"):
        issue_run(run, accountant)
    select_all(run, selected=True)
    issue_run(run, accountant)
    assert plain(Notice.objects.get().total) == "490.00"


def test_the_totals_of_a_draft_are_those_of_its_issue(accountant):
    """I29: preview = issue, also when the line that bore the fee is not ticked."""
    desk.policy(
        [{"name": "A", "grace_days": 0, "fee": {"CHF": "20.00"}, "interest_rate": "5"}]
    )
    client = make.client()
    bearer = make.invoice("500.00 CHF", to=client, due="2026-01-01")
    other = make.invoice("40.00 CHF", to=client)
    make.invoice("70.00 EUR", to=client)
    make.credit("10.00 CHF", of=client, on="2026-02-01")
    run = desk.propose("2026-02-16")
    select_lines(run, ticked={other.pk}, shown={bearer.pk, other.pk})
    before = facts.run_totals(run)
    issue_run(run, accountant)
    assert facts.run_totals(Run.objects.get(pk=run.pk)) == before
    assert facts.totals_of([run])[run.pk] == before
    assert {c: plain(s.total) for c, s in before.sums.items()} == {
        "CHF": "50.04",
        "EUR": "70.07",
    }
    assert (before.letters, before.invoices, before.levels) == (2, 2, {1: 2})


def test_an_invoice_selected_in_one_draft_is_not_proposed_in_another(accountant):
    make.invoice(number="I")
    first = desk.propose("2026-02-16")
    second = desk.propose("2026-02-16")
    assert desk.lines(second) == {"I": "in_another_run"}
    assert second.lines.get().detail == {"run": first.pk}
    discard_run(first, accountant)
    assert desk.lines(desk.propose("2026-02-16")) == {"I": 1}


def test_a_discarded_run_stays_discarded(accountant):
    make.invoice()
    run = desk.propose("2026-02-16")
    discard_run(run, accountant)
    for forbidden in (
        lambda: issue_run(run, accountant),
        lambda: discard_run(run, accountant),
        lambda: select_all(run, selected=False),
        lambda: select_lines(run, ticked=set(), shown=set()),
    ):
        with pytest.raises(RunRefusal):
            forbidden()


def test_issued_and_discarded_runs_are_frozen_by_the_database(accountant):
    make.invoice()
    issued = desk.propose("2026-02-16")
    issue_run(issued, accountant)
    empty = desk.propose("2026-02-16")
    empty.lines.update(days_overdue=9)
    discard_run(empty, accountant)
    for run in (issued, empty):
        for change in (
            lambda run=run: Run.objects.filter(pk=run.pk).update(state="draft"),
            lambda run=run: Run.objects.filter(pk=run.pk).update(run_on="2020-01-01"),
            lambda run=run: RunLine.objects.filter(run=run).update(open=1),
            lambda run=run: RunLine.objects.filter(run=run).delete(),
            lambda run=run: Run.objects.filter(pk=run.pk)._raw_delete("default"),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                change()
    draft = desk.propose("2026-02-16")
    draft.delete()


def test_a_level_is_reached_once_whatever_the_code_does(accountant):
    """The last guard: the constraint refuses a second letter of a level (I21)."""
    invoice = make.invoice()
    run = desk.propose("2026-02-16")
    desk.propose("2026-02-16")
    issue_run(run, accountant)
    line = NoticeLine.objects.get(invoice=invoice)
    line.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        line.save(force_insert=True)
    NoticeLine.objects.update(withdrawn_at="2026-02-17T00:00Z")
    line.save(force_insert=True)


def test_a_withdrawn_reminder_does_not_count(accountant):
    """Domain §10: the level before it, and that level's deadline."""
    make.invoice(number="I")
    desk.issue("2026-02-16")
    desk.issue("2026-03-04")
    NoticeLine.objects.filter(level=2).update(withdrawn_at="2026-03-05T00:00Z")
    [dossier] = facts.dossiers(date(2026, 3, 5))
    [found] = dossier.items
    assert (found.level, found.deadline_on) == (1, date(2026, 2, 26))
    assert desk.lines(desk.propose("2026-03-05")) == {"I": 2}


def test_a_run_dated_before_a_reminder_is_stopped_by_it():
    make.invoice(number="I")
    desk.issue("2026-02-20")
    assert desk.lines(desk.propose("2026-02-16")) == {"I": "deadline_running"}
