"""The ledger against a plain model, step by step: I01–I05, I07, I37, audit clean.

More examples: HYPOTHESIS_EXAMPLES=2000 pytest tests/billing/test_ledger_machine.py
"""

from __future__ import annotations

import os
from datetime import timedelta
from itertools import count
from uuid import uuid4

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from billing.actions import ledger
from billing.actions.charges import use_for_charges
from billing.actions.marks import mark_invoice
from billing.actions.payments import allocate_rest, receive_payment
from billing.models import Allocation, CounterEntry, Credit, Invoice, InvoiceMark
from billing.rules.money import money
from tests import make
from tests.billing.ledger_machine import Compared, amount, day, rows, whole
from tests.billing.ledger_model import DIFFERENCES, EVER

FEW = 8 if connection.vendor == "sqlite" else 4
EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", FEW))
STEPS = 30
# To make a failure small takes minutes: only where somebody waits for it.
PHASES = [phase for phase in Phase if phase != Phase.shrink or EXAMPLES > 8]
CURRENCIES = ["CHF", "EUR", "JPY", "KWD"]
UNCOLLECTIBLE = InvoiceMark.Kind.UNCOLLECTIBLE
numbers = count(1)

picks = st.integers(0, 30)
units = st.integers(1, 2000)
# Of what there is: a part, all, and now and then more than all.
shares = st.sampled_from([(1, 3), (1, 2), (1, 1), (1, 1), (1, 100)])
over = st.sampled_from([0, 0, 0, 1])
# Days before or after today on which something is dated.
days = st.integers(-40, 5)
texts = st.sampled_from(["", "agreed"])


class LedgerMachine(Compared):
    """Every rule books in both; where the model says no, so must the ledger."""

    @rule(by=st.integers(1, 45))
    def advance_clock(self, by):
        self.today += by

    @rule(
        pick=picks,
        currency=st.sampled_from(CURRENCIES),
        total=units,
        ago=st.integers(-5, 40),
        percent=st.sampled_from([0, 2, 3]),
    )
    def record_invoice(self, pick, currency, total, ago, percent):
        client = self.clients[pick % 2]
        issued = day(self.today - ago)
        terms = {"issued_on": issued, "due_on": issued + timedelta(30)}
        given = amount(total, currency)
        number = f"I-{next(numbers)}"
        if not percent:
            row = ledger.record_invoice(client, number, given, **terms)
        else:
            row = Invoice.objects.create(
                client=client,
                number=number,
                total=given,
                open=given,
                deadline_on=terms["due_on"],
                discount_percent=percent,
                discount_until=issued + timedelta(10),
                **terms,
            )
        self.know_invoice(Invoice.objects.get(pk=row.pk))

    @rule(
        pick=picks,
        currency=st.sampled_from(["CHF", "JPY"]),
        prices=st.lists(units, min_size=1, max_size=3),
        split=st.booleans(),
    )
    def issue(self, pick, currency, prices, split):
        parts = [(10, 40), (30, 60)] if split and sum(prices) > 10 else ()
        lines = [str(amount(price, currency).amount) for price in prices]
        bill = make.bill(
            *lines,
            on=day(self.today),
            to=self.clients[pick % 2],
            currency=currency,
            instalments=parts,
        )
        made = list(bill.invoices.order_by("pk"))
        for row in made:
            self.know_invoice(row)
        assert whole(money(bill.total, currency)) == sum(prices)
        assert sum(self.model.invoices[row.pk]["total"] for row in made) == sum(prices)

    @precondition(lambda self: self.model.invoices)
    @rule(pick=picks, share=shares, more=over)
    def issue_credit_note(self, pick, share, more):
        pk, known, row = self.invoice(pick)
        same = [
            other
            for other, it in self.model.invoices.items()
            if other == pk or (known["bill"] and it["bill"] == known["bill"])
        ]
        total = sum(self.model.invoices[other]["total"] for other in same)
        # One that was taken back takes nothing back.
        gone = {"counter_entries__kind": CounterEntry.Kind.REVERSAL}
        before = Credit.objects.filter(bill__corrects__in=same).exclude(**gone)
        taken = sum(self.model.credits[c.pk]["amount"] for c in before)
        value = max(total * share[0] // share[1], 1) + more
        allowed = value + taken <= total and self.today >= known["issued"]
        bill = self.attempt(
            allowed,
            lambda: make.bill(
                str(amount(value, row.currency).amount),
                on=day(self.today),
                to=row.client,
                kind="credit_note",
                currency=row.currency,
                corrects=row,
            ),
        )
        if bill:
            self.know_credit(bill.credit)
            put = self.model.used(EVER, credit=bill.credit.pk)
            free = sum(self.model.open(other) for other in same)
            assert put == value or not free

    @rule(pick=picks, currency=st.sampled_from(CURRENCIES), value=units, at=days)
    def credit_note(self, pick, currency, value, at):
        row = ledger.record_credit(
            self.clients[pick % 2],
            Credit.Kind.CREDIT_NOTE,
            amount(value, currency),
            dated_on=day(self.today + at),
        )
        self.know_credit(row)

    @rule(
        pick=picks,
        currency=st.sampled_from(CURRENCIES),
        value=units,
        at=days,
        to=st.lists(picks, max_size=3),
        more=over,
        twice=st.booleans(),
    )
    def pay(self, pick, currency, value, at, to, more, twice):
        client = self.clients[pick % 2]
        parts = self.fitting(client.pk, currency, to, value)
        if parts and more:
            parts[next(iter(parts))] += 1
        fits = all(part <= self.model.open(pk) for pk, part in parts.items())
        key = str(uuid4())

        def book():
            return receive_payment(
                client,
                amount(value, currency),
                {pk: amount(part, currency) for pk, part in parts.items()},
                dated_on=day(self.today + at),
                reference="",
                key=key,
                charges=amount(value // 3, currency),
            )

        row = self.attempt(fits and sum(parts.values()) <= value, book)
        if row:
            self.know_credit(row)
            if twice:
                before = rows()
                assert book() == row
                assert rows() == before

    @precondition(lambda self: self.model.invoices)
    @rule(pick=picks, at=days)
    def pay_all_of_one(self, pick, at):
        pk, known, row = self.invoice(pick)
        value = self.model.open(pk)
        if value:
            self.know_credit(
                receive_payment(
                    row.client,
                    amount(value, known["currency"]),
                    {pk: amount(value, known["currency"])},
                    dated_on=day(self.today + at),
                    reference="",
                    key=str(uuid4()),
                )
            )

    @precondition(lambda self: self.model.credits and self.model.invoices)
    @rule(pick=picks, to=picks, share=shares, more=over)
    def allocate(self, pick, to, share, more):
        pk, known, row = self.credit(pick)
        invoice, _known, _row = self.invoice(to)
        most = min(self.model.left(pk), self.model.open(invoice))
        value = max(most * share[0] // share[1], 1) + more
        [part] = self.attempt(
            self.model.can_allocate(pk, {invoice: value}),
            lambda: ledger.allocate(row, {invoice: amount(value, known["currency"])}),
        ) or [None]
        if part:
            self.model.allocate(part.pk, pk, invoice, value)

    @precondition(lambda self: any(map(self.model.left, self.model.credits)))
    @rule(pick=picks, to=st.lists(picks, min_size=1, max_size=3))
    def allocate_at_once_or_in_halves(self, pick, to):
        """I07: the end is the same; and what is put on and taken off is as before."""
        some = [pk for pk in self.model.credits if self.model.left(pk)]
        pk = some[pick % len(some)]
        row, known = Credit.objects.get(pk=pk), self.model.credits[pk]
        left, ons = self.model.left(pk), self.some_days()
        parts = self.fitting(known["client"], known["currency"], to, left)
        given = {i: amount(part, known["currency"]) for i, part in parts.items()}
        before = self.figures(ons)
        halves = self.in_halves(row, parts, ons)
        allocate_rest(row, given, amount(left, known["currency"]))
        assert self.figures(ons) == halves
        new = row.allocations.filter(releases=None).order_by("pk")
        new = new.exclude(pk__in=list(self.model.parts))
        with transaction.atomic():
            for part in new:
                ledger.release(part, part.effective_on)
            assert self.figures(ons) == before
            transaction.set_rollback(True)
        for part in new:
            value = parts[part.invoice_id]
            self.model.allocate(part.pk, pk, part.invoice_id, value)

    def in_halves(self, row, parts, ons):
        """The figures where each part comes as two; nothing stays of it."""
        with transaction.atomic():
            for invoice, part in parts.items():
                for value in filter(None, (part // 2, part - part // 2)):
                    ledger.allocate(row, {invoice: amount(value, row.currency)})
            figures = self.figures(ons)
            transaction.set_rollback(True)
        return figures

    @precondition(lambda self: self.model.parts)
    @rule(pick=picks, at=days)
    def un_allocate(self, pick, at):
        pks = list(self.model.parts)
        pk, on = pks[pick % len(pks)], self.today + at
        made = self.attempt(
            self.model.can_release(pk, on),
            lambda: ledger.release(Allocation.objects.get(pk=pk), day(on)),
        )
        if made:
            self.model.parts[pk]["released"] = on

    @precondition(lambda self: self.model.credits)
    @rule(pick=picks, share=shares, more=over, at=days)
    def refund(self, pick, share, more, at):
        pk, known, row = self.credit(pick)
        on = self.today + at
        value = max(self.model.left(pk) * share[0] // share[1], 1) + more
        given = amount(value, known["currency"])
        if self.attempt(
            self.model.can_refund(pk, value, on),
            lambda: ledger.refund(row, given, day(on), "x", key=str(uuid4())),
        ):
            self.model.take_back(pk, "refund", value, on)

    @precondition(lambda self: self.model.credits)
    @rule(pick=picks, share=shares, more=over, at=days)
    def pay_fees(self, pick, share, more, at):
        """What letters charge beside the invoices is paid with what is left."""
        pk, known, row = self.credit(pick)
        on = self.today + at
        value = max(self.model.left(pk) * share[0] // share[1], 1) + more
        given = amount(value, known["currency"])
        made = self.attempt(
            self.model.can_refund(pk, value, on),
            lambda: use_for_charges(row, given, day(on), "R-1", None, str(uuid4())),
        )
        if made:
            self.model.take_back(pk, "charge", value, on)
            self.model.counters[-1]["entry"] = made.pk

    @precondition(lambda self: self.model.fees())
    @rule(pick=picks, at=days)
    def owe_fees_again(self, pick, at):
        fees, on = self.model.fees(), self.today + at
        known = fees[pick % len(fees)]
        entry = CounterEntry.objects.get(pk=known["entry"])
        made = self.attempt(
            known["released"] is None and on >= known["on"],
            lambda: ledger.release_charge(entry, day(on)),
        )
        if made:
            known["released"] = on

    @precondition(lambda self: self.model.credits)
    @rule(pick=picks, at=days, soon=st.booleans())
    def reverse(self, pick, at, soon):
        pk, known, _row = self.credit(pick)
        self.take_back(pk, known["on"] + 1 if soon else self.today + at)

    def take_back(self, pk, on):
        row, known = Credit.objects.get(pk=pk), self.model.credits[pk]
        if self.attempt(
            self.model.can_reverse(pk, on),
            lambda: ledger.reverse_credit(row, day(on), "bounced"),
        ):
            self.model.take_back(pk, "reversal", known["amount"], on)

    @precondition(lambda self: self.model.invoices)
    @rule(pick=picks)
    def paid_and_bounced_and_paid_again(self, pick):
        """The second payment bears a date on which the first one still stood."""
        self.pay_all_of_one(pick=pick, at=-3)
        last = max(self.model.credits, default=None)
        if last:
            self.take_back(last, self.today)
        self.pay_all_of_one(pick=pick, at=-2)

    @precondition(lambda self: self.model.invoices)
    @rule(pick=picks)
    def taken_off_and_then_taken_back_on_an_earlier_day(self, pick):
        self.pay_all_of_one(pick=pick, at=-9)
        if not self.model.parts:
            return
        last = max(self.model.parts)
        pk = self.model.parts[last]["credit"]
        self.un_allocate(pick=len(self.model.parts) - 1, at=0)
        self.refund(
            pick=list(self.model.credits).index(pk), share=(1, 2), more=0, at=-1
        )
        self.take_back(pk, self.today - 1)

    @precondition(lambda self: self.model.invoices)
    @rule(
        pick=picks,
        share=shares,
        more=over,
        at=days,
        cause=st.sampled_from(["loss", "difference"]),
    )
    def write_off(self, pick, share, more, at, cause):
        pk, known, row = self.invoice(pick)
        on = self.today + at
        value = max(self.model.open(pk) * share[0] // share[1], 1) + more
        given = amount(value, known["currency"])
        made = self.attempt(
            self.model.can_write_off(pk, value, on, cause),
            lambda: ledger.write_off(row, given, day(on), "x", cause=cause),
        )
        if made:
            self.know_credit(made)

    @precondition(lambda self: self.model.invoices)
    @rule(pick=picks, more=st.sampled_from([0, 1]))
    def write_off_what_is_just_small_or_just_not(self, pick, more):
        pk, known, row = self.invoice(pick)
        value, on = DIFFERENCES[known["currency"]] + more, self.today
        given = amount(value, known["currency"])
        made = self.attempt(
            self.model.can_write_off(pk, value, on, "difference"),
            lambda: ledger.write_off(row, given, day(on), "x", cause="difference"),
        )
        if made:
            self.know_credit(made)

    @precondition(lambda self: any(r["percent"] for r in self.model.invoices.values()))
    @rule(pick=picks, at=st.integers(-2, 2), reason=texts)
    def discount(self, pick, at, reason):
        """Around its last day; a second time it is refused."""
        pks = [pk for pk, row in self.model.invoices.items() if row["percent"]]
        pk = pks[pick % len(pks)]
        on, row = self.model.invoices[pk]["until"] + at, Invoice.objects.get(pk=pk)
        for _again in range(2):
            must = self.model.discount(pk, on, reason)
            made = self.attempt(
                bool(must), lambda: ledger.settle_discount(row, day(on), reason=reason)
            )
            if made:
                assert whole(money(made.amount, made.currency)) == must
                self.know_credit(made)

    @precondition(lambda self: self.model.invoices)
    @rule(pick=picks, lost=st.booleans())
    def mark_as_uncollectible(self, pick, lost):
        pk, known, row = self.invoice(pick)
        if self.attempt(
            not known["marked"] and self.model.open(pk) > 0,
            lambda: mark_invoice(row, UNCOLLECTIBLE, day(self.today), "bankrupt"),
        ):
            known["marked"] = True
            if lost:
                self.write_off(pick=pick, share=(1, 1), more=0, at=5, cause="loss")


@pytest.mark.django_db
def test_the_ledger_and_its_model_never_differ():
    run_state_machine_as_test(
        LedgerMachine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            phases=PHASES,
            suppress_health_check=list(HealthCheck),
        ),
    )
