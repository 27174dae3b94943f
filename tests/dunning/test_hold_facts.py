"""What stands against a reminder on a day, and what is disputed of an invoice."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from billing.actions.ledger import reverse_credit
from billing.actions.marks import end_mark, mark_invoice
from billing.models import Invoice, InvoiceMark
from dunning.actions.leveling import set_level
from dunning.actions.plans import agree_plan
from dunning.facts import dossiers
from dunning.facts.blocks import blocks_of, disputed_parts
from dunning.facts.levels import current_cycles
from dunning.rules.instalments import Part
from tests import make

pytestmark = pytest.mark.django_db
TODAY = make.day("2026-03-16")
DISPUTED = InvoiceMark.Kind.DISPUTED


@pytest.fixture(autouse=True)
def march():
    noon = timezone.make_aware(datetime.fromisoformat(f"{TODAY} 12:00"))
    with time_machine.travel(noon):
        yield


@pytest.fixture
def owed(db):
    return make.invoice("1000.00 CHF")


def ago(days):
    return TODAY - timedelta(days=days)


def reasons(on=TODAY):
    return [str(block.reason) for _pk, block in blocks_of(Invoice.objects.all(), on)[0]]


def parts(on=TODAY):
    return disputed_parts(Invoice.objects.values("pk"), on)


@pytest.mark.parametrize(
    ("since", "until", "ended", "on", "stands"),
    [
        (5, None, None, 0, True),
        # What stands today stops a run that bears an earlier day, too.
        (5, None, None, 9, True),
        (5, 0, None, 0, True),
        (5, 1, None, 0, False),
        (5, 1, None, 3, True),
        (5, 1, None, 9, False),
        (5, -3, None, -3, True),
        (5, -3, None, -4, False),
        (5, None, 2, 0, False),
        (5, None, 2, 3, True),
        (5, None, 2, 2, False),
    ],
)
def test_a_mark_counts_from_its_day_to_its_last(owed, since, until, ended, on, stands):
    last = None if until is None else ago(until)
    mark = mark_invoice(owed, DISPUTED, ago(since), "Why", until=last)
    if ended is not None:
        end_mark(mark, ago(ended), "Settled")
    assert reasons(ago(on)) == ["disputed"] * stands
    assert parts(ago(on)) == {}


def test_no_more_is_disputed_on_a_day_than_was_open_on_it(owed):
    mark_invoice(owed, DISPUTED, TODAY, "Why", amount=make.money("800.00 CHF"))
    paid = make.payment("500.00 CHF", on=ago(10), to=owed)
    reverse_credit(paid, ago(1), "Bounced")
    [dossier] = dossiers(ago(5))
    [item] = dossier.items
    assert item.open == item.disputed == make.money("500.00 CHF")


def test_a_part_stands_against_nothing_but_is_not_claimed(owed):
    mark_invoice(owed, DISPUTED, TODAY, "Why", amount=make.money("300.00 CHF"))
    assert reasons() == []
    assert parts() == {owed.pk: make.money("300.00 CHF")}


def test_a_part_that_is_all_that_is_left_stops_reminders(owed):
    mark_invoice(owed, DISPUTED, TODAY, "Why", amount=make.money("300.00 CHF"))
    make.payment("700.00 CHF", on=TODAY, to=owed)
    assert reasons() == ["disputed"]
    assert parts() == {owed.pk: make.money("300.00 CHF")}
    make.payment("100.00 CHF", on=TODAY, to=owed)
    assert parts() == {owed.pk: make.money("200.00 CHF")}


def test_as_many_queries_for_more_plans_and_disputes():
    def some(number):
        dupont = make.client(number)
        row = make.invoice("100.00 CHF", to=dupont)
        agree_plan(
            dupont,
            "CHF",
            [row.pk],
            [Part(TODAY, row.open)],
            agreed_on=TODAY,
            reason="So",
            key=f"key-{number}",
        )
        argued = make.invoice("100.00 CHF", to=dupont)
        part = make.money("1.00 CHF")
        mark_invoice(argued, DISPUTED, TODAY, "Why", amount=part)

    def counted():
        with CaptureQueriesContext(connection) as seen:
            blocks_of(Invoice.objects.all(), TODAY)
            parts()
        return len(seen)

    some("D-1")
    few = counted()
    some("D-2")
    some("D-3")
    assert reasons() == ["on_hold"] * 3
    assert counted() == few
    assert few <= 9


def test_the_current_cycle_is_the_last_one_that_a_person_began(owed):
    other = make.invoice("5.00 CHF")
    set_level(owed, 2, seen=0, reason="Why")
    set_level(owed, 1, seen=2, reason="Why", deadline_on=TODAY)
    assert current_cycles([owed.pk, other.pk]) == {owed.pk: (3, 1, TODAY)}
