"""Promises read from the ledger: what counts, and with how many queries."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.actions import ledger
from dunning.facts.promises import PromiseCount, promise_counts, promises
from dunning.models import Hold
from tests import make

GIVEN, UNTIL = make.day("2026-03-02"), make.day("2026-03-10")
AFTER = UNTIL + timedelta(1)

pytestmark = pytest.mark.django_db


def promised(invoice=None, client=None, **given):
    return Hold.objects.create(
        client=client or invoice.client,
        invoice=invoice,
        kind="promise",
        since=GIVEN,
        until=UNTIL,
        reason="By telephone",
        **given,
    )


def outcome(on=AFTER):
    return [row.outcome for row in promises(Hold.objects.all(), on)]


def test_a_payment_by_the_day_keeps_a_promise_and_its_reversal_breaks_it():
    owed = make.invoice("100.00 CHF")
    promised(owed)
    paid = make.payment("100.00 CHF", on="2026-03-09", to=owed)
    assert outcome() == ["kept"]
    ledger.reverse_credit(paid, make.day("2026-03-20"), "Bounced")
    assert outcome() == ["broken"]


def test_a_loss_keeps_no_promise():
    owed = make.invoice("100.00 CHF")
    promised(owed)
    ledger.write_off(owed, owed.open, GIVEN, "Bankrupt")
    assert outcome() == ["broken"]


def test_a_promise_of_a_client_is_about_what_was_late_then():
    dupont = make.client("D-1")
    late = make.invoice("100.00 CHF", to=dupont)
    make.invoice("70.00 CHF", to=dupont, due="2026-03-05")
    promised(client=dupont)
    assert outcome() == ["broken"]
    make.payment("100.00 CHF", on="2026-03-09", to=late)
    assert outcome() == ["kept"]


def test_promises_are_counted_by_client_with_as_many_queries_for_more_of_them():
    def some(number):
        dupont = make.client(number)
        kept, broken = (make.invoice("100.00 CHF", to=dupont) for _ in range(2))
        promised(kept)
        promised(broken, amount=40)
        promised(broken, released_on=GIVEN)
        make.payment("100.00 CHF", on="2026-03-09", to=kept)
        make.payment("39.99 CHF", on="2026-03-09", to=broken)
        return dupont.pk

    def counted():
        with CaptureQueriesContext(
            connection,
        ) as seen:
            counts = promise_counts(on=AFTER)
        return counts, len(seen)

    first = some("D-1")
    counts, few = counted()
    assert counts == {first: PromiseCount(1, 1, 0)}
    second, third = some("D-2"), some("D-3")
    counts, many = counted()
    assert counts[third] == PromiseCount(1, 1, 0)
    assert (few, many) == (3, 3)
    assert promise_counts([second], UNTIL) == {second: PromiseCount(1, 0, 1)}
