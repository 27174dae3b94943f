"""B15, B19: the badge of an invoice and the lists in SQL say the same, one notion."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest

from billing.actions import ledger
from billing.actions.marks import end_mark, mark_invoice
from billing.models import Credit, Invoice, InvoiceMark
from billing.rules.status import InvoiceStatus
from billing.states import ListState, in_state, status_of
from tests import make

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 16)
OPEN = {
    InvoiceStatus.OPEN,
    InvoiceStatus.PARTLY_PAID,
    InvoiceStatus.OVERDUE,
    InvoiceStatus.REMINDED,
    InvoiceStatus.UNCOLLECTIBLE,
}
BADGES = {
    ListState.OPEN: OPEN,
    ListState.OVERDUE: {InvoiceStatus.OVERDUE},
    ListState.REMINDED: {InvoiceStatus.REMINDED},
    ListState.PAID: {InvoiceStatus.PAID, InvoiceStatus.CREDITED, InvoiceStatus.LOST},
    ListState.UNCOLLECTIBLE: {InvoiceStatus.UNCOLLECTIBLE},
}


def some_invoice(random: Random, client) -> None:
    """One of many lives: due, paid, reminded, marked and unmarked at random."""
    due = TODAY + timedelta(days=random.choice([-40, -1, 0, 1, 20]))
    row = make.invoice("100.00 CHF", to=client, due=due)
    if random.random() < 0.5:
        mark = mark_invoice(row, random.choice(list(InvoiceMark.Kind)), due, "because")
        if random.random() < 0.3:
            end_mark(mark, TODAY, "settled")
    if paid := random.choice(["", "", "40.00 CHF", "100.00 CHF"]):
        make.payment(paid, on=due, to=row)
    elif random.random() < 0.2:
        note = Credit.Kind.CREDIT_NOTE
        parts = {row: "100.00 CHF"}
        make.credit("100.00 CHF", of=client, on=due, kind=note, to=parts)
    elif random.random() < 0.2:
        ledger.write_off(row, row.total, due, "gone", cause=Credit.Cause.LOSS)
    if random.random() < 0.4:
        Invoice.objects.filter(pk=row.pk).update(
            level=random.choice([1, 2, 3]),
            deadline_on=due + timedelta(days=random.choice([1, 10, 60])),
        )


def test_lists_and_badges_agree_on_random_invoices():
    random, client = Random(2), make.client()
    for _ in range(120):
        some_invoice(random, client)
    rows = list(Invoice.objects.with_marks())
    badges = {row.pk: status_of(row, TODAY) for row in rows}
    assert set(badges.values()) == set(InvoiceStatus)
    for state, wanted in BADGES.items():
        listed = set(
            in_state(Invoice.objects.all(), state, TODAY).values_list("pk", flat=True)
        )
        assert listed == {pk for pk, badge in badges.items() if badge in wanted}, state
    assert set(Invoice.objects.overdue(TODAY)) == set(
        in_state(Invoice.objects.all(), ListState.OVERDUE, TODAY)
    )


def test_due_today_is_not_overdue_and_tomorrow_it_is():
    row = make.invoice(due=TODAY)
    assert row not in Invoice.objects.overdue(TODAY)
    assert row in Invoice.objects.overdue(TODAY + timedelta(days=1))


def test_a_running_deadline_makes_it_reminded_and_not_overdue():
    row = make.invoice(due=TODAY - timedelta(days=40))
    Invoice.objects.filter(pk=row.pk).update(level=1, deadline_on=TODAY)
    row = Invoice.objects.with_marks().get()
    assert status_of(row, TODAY) == InvoiceStatus.REMINDED
    assert status_of(row, TODAY + timedelta(days=1)) == InvoiceStatus.OVERDUE


def test_what_was_given_up_or_credited_does_not_say_paid():
    part = make.invoice("100.00 CHF")
    make.payment("40.00 CHF", on="2026-02-01", to=part)
    part.refresh_from_db()
    lost = ledger.write_off(part, part.open, TODAY, "gone", cause=Credit.Cause.LOSS)
    read = Invoice.objects.with_marks()
    assert status_of(read.get(), TODAY) == InvoiceStatus.LOST
    ledger.reverse_credit(lost, TODAY, "it came after all")
    assert status_of(read.get(), TODAY) == InvoiceStatus.OVERDUE
