"""Whatever is done with a charge: open = amount − Σ events, from nothing to all."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection, transaction
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from billing.actions.ledger import LedgerRefusal, release_charge, reverse_credit
from billing.models import CounterEntry, Credit
from billing.rules.money import money
from dunning.actions.paying import pay_charges
from dunning.actions.runs import RunRefusal
from dunning.actions.waiving import take_waiver_back, waive_charge
from dunning.actions.withdrawing import WithdrawRefusal, withdraw_notice
from dunning.models import Charge, ChargeEvent, Notice
from dunning.rules.sharing import ORDER, Owed, share_out
from tests import make
from tests.dunning import desk
from tests.dunning.charging import all_is_well

FEES = [
    {
        "name": f"L{n}",
        "grace_days": 0,
        "term_days": 5,
        "fee": {"CHF": "20.00"},
        "interest_rate": "5",
    }
    for n in range(1, 6)
]
steps = st.tuples(
    st.sampled_from(
        ["charge", "waive", "pay", "withdraw", "claim", "release", "bounce"]
    ),
    st.integers(0, 9),
    st.integers(1, 2500),
)


class Desk:
    """One client with two invoices, and the days on which something is done."""

    def __init__(self):
        make.company()
        desk.policy(FEES)
        self.client = make.client()
        for total in ("1000.00 CHF", "365.00 CHF"):
            make.invoice(total, to=self.client, due="2026-01-05")
        self.today = date(2026, 1, 10)

    def do(self, what, pick, cents):
        self.today += timedelta(days=6)
        # A refusal leaves no trace.
        with suppress(LedgerRefusal, WithdrawRefusal), transaction.atomic():
            getattr(self, what)(pick, Decimal(cents) / 100)

    def charge(self, _pick, _amount):
        with suppress(RunRefusal):
            desk.issue(self.today)

    def waive(self, pick, amount):
        if row := self.one(Charge.objects.all(), pick):
            waive_charge(row, make.money(f"{amount} CHF"), "x", None, self.today)

    def pay(self, pick, amount):
        rows = list(Charge.objects.filter(open__gt=0))
        credit = make.credit(f"{amount} CHF", of=self.client, on=self.today)
        owed = [Owed(r.pk, r.kind, r.dated_on, money(r.open, "CHF")) for r in rows]
        parts = share_out(make.money(f"{amount} CHF"), owed[pick % 3 :])
        pay_charges(credit, parts, self.today, None, str(uuid4()))

    def withdraw(self, pick, _amount):
        rows = Notice.objects.filter(withdrawal=None)
        if row := self.one(rows, pick):
            withdraw_notice(row, cause="withdrawn", reason="x", person=None)

    def claim(self, pick, _amount):
        if row := self.one(ChargeEvent.objects.filter(kind="waived"), pick):
            take_waiver_back(row, None, self.today)

    def release(self, pick, _amount):
        rows = CounterEntry.objects.filter(kind="charge", releases=None)
        if row := self.one(rows, pick):
            release_charge(row, self.today)

    def bounce(self, pick, _amount):
        if row := self.one(Credit.objects.all(), pick):
            reverse_credit(row, self.today, "bounced")

    @staticmethod
    def one(rows, pick):
        found = list(rows.order_by("pk"))
        return found[pick % len(found)] if found else None


@pytest.mark.django_db
@settings(
    max_examples=12 if connection.vendor == "sqlite" else 5, phases=[Phase.generate]
)
@given(st.lists(steps, min_size=4, max_size=14))
def test_open_is_the_amount_less_what_became_of_it(done):
    with transaction.atomic():
        company = Desk()
        company.charge(0, 0)
        assert Charge.objects.count() == 3
        for what, pick, cents in done:
            company.do(what, pick, cents)
        all_is_well()
        for row in Charge.objects.prefetch_related("events"):
            sum_ = sum((event.amount.amount for event in row.events.all()), Decimal(0))
            assert row.open.amount == row.amount.amount - sum_
            assert 0 <= row.open.amount <= row.amount.amount
        # What is waived is waived, what is paid is paid: nothing is owed twice.
        for invoice in company.client.invoices.all():
            interest = Charge.objects.filter(
                invoice=invoice, kind="interest", open__gt=0
            )
            standing = interest.filter(events__isnull=True)
            assert standing.count() <= 1
        transaction.set_rollback(True)


owed = st.lists(
    st.builds(
        lambda pk, kind, on, units: Owed(
            pk,
            kind,
            date(2026, 1, 1) + timedelta(on),
            money(Decimal(units) / 100, "CHF"),
        ),
        st.integers(1, 9),
        st.sampled_from(sorted(ORDER)),
        st.integers(0, 3),
        st.integers(1, 999),
    ),
    unique_by=lambda row: row.charge,
    max_size=6,
)


@given(st.integers(0, 3000), owed)
def test_a_payment_is_shared_out_whole_costs_first(units, rows):
    left = money(Decimal(units) / 100, "CHF")
    parts = share_out(left, rows)
    given_ = sum(parts.values(), left * 0)
    assert given_ == min(left, sum((row.open for row in rows), left * 0))
    short = [row for row in rows if parts.get(row.charge, left * 0) < row.open]
    for row in rows:
        if row.charge in parts:
            assert all(ORDER[row.kind] <= ORDER[other.kind] for other in short)
            assert parts[row.charge] <= row.open
