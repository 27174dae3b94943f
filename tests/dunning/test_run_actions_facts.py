"""What a decision knows of a day: money as of then, holds, marks, policies, queries."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.actions import ledger
from billing.actions.marks import end_mark, mark_invoice
from billing.models import InvoiceMark
from billing.rules.money import plain
from dunning import facts
from dunning.actions.holds import hold, release_hold
from dunning.actions.runs import issue_run
from dunning.actions.versions import keep_versions
from dunning.models import ClientTerms, Hold, Policy, Run
from tests import make
from tests.dunning import desk

pytestmark = pytest.mark.django_db

ON = date(2026, 3, 16)


@pytest.fixture(autouse=True)
def example_2(company):
    return desk.policy()


def opened(on):
    return {
        item.number: plain(item.open)
        for dossier in facts.dossiers(make.day(on))
        for item in dossier.items
        if item.open.amount
    }


def test_open_amounts_are_those_of_the_day_but_never_more_than_today():
    make.invoice(number="A")
    part = make.invoice(number="B")
    make.payment("30.00 CHF", on="2026-03-20", to=part)
    paid = make.invoice(number="C")
    make.payment("100.00 CHF", on="2026-03-20", to=paid)
    assert opened(ON) == {"A": "100.00", "B": "70.00"}


def test_what_was_paid_on_the_day_and_bounced_later_was_paid():
    invoice = make.invoice(number="A")
    allocation = make.payment("60.00 CHF", on="2026-03-01", to=invoice)
    ledger.reverse_credit(allocation, date(2026, 3, 20), "bounced")
    assert opened("2026-03-16") == {"A": "40.00"}
    assert opened("2026-03-20") == {"A": "100.00"}


def test_credits_are_those_of_the_day_but_never_more_than_today():
    invoice = make.invoice("500.00 CHF")
    client = invoice.client
    make.credit("50.00 CHF", of=client, on="2026-03-01")
    make.credit("70.00 CHF", of=client, on="2026-03-17")
    make.credit("40.00 EUR", of=client, on="2026-03-01")
    later = make.credit("30.00 CHF", of=client, on="2026-03-01")
    ledger.refund(later, make.money("30.00 CHF"), date(2026, 3, 20))
    other = make.client()
    make.credit("9.00 CHF", of=other, on="2026-03-01")
    [dossier] = facts.dossiers(ON)
    assert plain(dossier.credit) == "50.00"


@pytest.mark.parametrize(
    ("kind", "whole_client", "reason"),
    [
        (Hold.Kind.HOLD, False, "on_hold"),
        (Hold.Kind.PROMISE, False, "promised"),
        (Hold.Kind.HOLD, True, "client_blocked"),
        (Hold.Kind.PROMISE, True, "promised"),
    ],
)
def test_holds_from_a_day_until_a_day(kind, whole_client, reason):
    held = make.invoice(number="H")
    make.invoice(number="O")
    made = hold(
        held.client,
        None if whole_client else held,
        kind,
        since=date(2026, 3, 1),
        until=date(2026, 3, 20),
        reason="on holiday",
    )
    for on, expected in [
        ("2026-02-28", 1),
        ("2026-03-01", reason),
        ("2026-03-20", reason),
        ("2026-03-21", 1),
    ]:
        run = desk.propose(on)
        assert desk.lines(run) == {"H": expected, "O": 1}
        run.lines.update(selected=False)
    release_hold(made, date(2026, 3, 10))
    run = desk.propose("2026-03-09")
    assert desk.lines(run)["H"] == reason
    run.lines.update(selected=False)
    assert desk.lines(desk.propose("2026-03-10"))["H"] == 1


def test_a_mark_taken_away_lets_the_invoice_go_on_the_same_day():
    mark = mark_invoice(
        make.invoice(number="I"), InvoiceMark.Kind.DISPUTED, date(2026, 2, 10), "x"
    )
    assert desk.lines(desk.propose("2026-02-16")) == {"I": "disputed"}
    end_mark(mark, date(2026, 2, 16), "settled")
    assert desk.lines(desk.propose("2026-02-15")) == {"I": "disputed"}
    assert desk.lines(desk.propose("2026-02-16")) == {"I": 1}


def test_each_client_by_its_own_policy_or_the_default_one():
    own, usual = make.invoice(number="OWN"), make.invoice(number="USUAL")
    slow = desk.policy([{"name": "Slow", "grace_days": 60}], name="Slow", default=False)
    ClientTerms.objects.create(client=own.client, policy=slow)
    run = desk.propose(ON)
    assert desk.lines(run) == {"OWN": "deadline_running", "USUAL": 1}
    run.lines.update(selected=False)
    assert desk.lines(desk.propose(ON, policy=slow)) == dict.fromkeys(
        ["OWN", "USUAL"], "deadline_running"
    )
    Policy.objects.update(is_default=False)
    assert desk.lines(desk.propose(ON)) == {
        "OWN": "deadline_running",
        "USUAL": "no_policy",
    }
    assert usual.level == 0


def test_a_policy_changed_later_leaves_what_was_issued(accountant):
    """B13: issued letters keep their level, name and words."""
    make.invoice(number="I")
    run = desk.propose(ON)
    issue_run(run, accountant)
    notice = run.notices.get()
    desk.policy([{"name": "Autre", "grace_days": 1, "term_days": 3}])
    Policy.objects.get().levels.get().texts.update(opening="changed", title="changed")
    kept = run.notices.get()
    assert (kept.level_name, kept.title, kept.opening) == (
        "Rappel de paiement",
        "Rappel de paiement",
        notice.opening,
    )
    assert run.notices.get().lines.get().level_name == "Rappel de paiement"


def queries_for(clients, invoices):
    keep_versions()
    for _ in range(clients):
        client = make.client()
        for _ in range(invoices):
            make.invoice(to=client)
        make.credit("1.00 CHF", of=client, on="2026-02-01")
    with CaptureQueriesContext(connection) as asked:
        run = desk.propose(ON)
        issue_run(run, None)
    assert run.notices.count() > 0
    totals = len(asked)
    with CaptureQueriesContext(connection) as asked:
        facts.totals_of(Run.objects.all())
    return totals, len(asked)


def test_as_many_queries_for_many_invoices_as_for_few():
    few = queries_for(21, 1)
    assert queries_for(42, 3) == few
    assert few[0] <= 115
    assert few[1] <= 6
