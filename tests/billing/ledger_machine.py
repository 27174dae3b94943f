"""Drives the real ledger and its plain model side by side, and compares them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from billing import audit, facts
from billing.actions.ledger import LedgerRefusal
from billing.models import (
    Allocation,
    Bill,
    CounterEntry,
    Credit,
    Invoice,
    InvoiceMark,
    NumberSeries,
)
from billing.rules.money import decimals, money
from billing.states import status_of
from tests import make
from tests.billing.ledger_model import EVER, Model

TABLES = (Invoice, Credit, CounterEntry, Allocation, InvoiceMark, NumberSeries, Bill)


def day(number: int) -> date:
    return date.fromordinal(number)


def amount(value: int, currency: str):
    return money(Decimal(value).scaleb(-decimals(currency)), currency)


def whole(value) -> int:
    """Money as an integer; fails for a fraction of the smallest unit (I08)."""
    scaled = value.amount.scaleb(decimals(value.currency))
    assert scaled == int(scaled)
    return int(scaled)


def rows():
    return [sorted(model.objects.order_by().values_list()) for model in TABLES]


class Compared(RuleBasedStateMachine):
    """One example: everything in it is rolled back at its end."""

    def __init__(self):
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.model = Model()
        self.today = date(2026, 3, 2).toordinal()
        self.steps = 0

    def teardown(self):
        try:
            assert list(audit.audit()) == []
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    @initialize()
    def begin(self):
        make.company()
        self.clients = [make.client(), make.client()]

    def attempt(self, allowed, book):
        """What `book` gives; where it is not allowed, a refusal that left no trace."""
        before = None if allowed else rows()
        try:
            with transaction.atomic():
                made = book()
        except LedgerRefusal:
            assert not allowed, "refused what the model allows"
            assert rows() == before
            return None
        assert allowed, "booked what the model refuses"
        return made

    def invoice(self, pick):
        pks = list(self.model.invoices)
        pk = pks[pick % len(pks)]
        return pk, self.model.invoices[pk], Invoice.objects.get(pk=pk)

    def credit(self, pick):
        pks = list(self.model.credits)
        pk = pks[pick % len(pks)]
        return pk, self.model.credits[pk], Credit.objects.get(pk=pk)

    def know_invoice(self, row):
        self.model.invoices[row.pk] = {
            "client": row.client_id,
            "currency": row.currency,
            "total": whole(money(row.total, row.currency)),
            "issued": row.issued_on.toordinal(),
            "percent": int(row.discount_percent),
            "until": row.discount_until and row.discount_until.toordinal(),
            "marked": False,
            "bill": row.bill_id,
        }

    def know_credit(self, row):
        self.model.credits[row.pk] = {
            "client": row.client_id,
            "currency": row.currency,
            "kind": row.kind,
            "cause": row.cause,
            "amount": whole(money(row.amount, row.currency)),
            "on": row.dated_on.toordinal(),
        }
        for part in row.allocations.order_by("pk"):
            value = whole(money(part.amount, part.currency))
            self.model.allocate(part.pk, row.pk, part.invoice_id, value)

    def fitting(self, client, currency, picks_, available):
        """Invoices of the account with what each could get, oldest first."""
        found = {}
        mine = [
            pk
            for pk, row in self.model.invoices.items()
            if (row["client"], row["currency"]) == (client, currency)
            and self.model.open(pk)
        ]
        for pick in picks_[: len(mine)]:
            pk = mine[pick % len(mine)]
            part = min(available - sum(found.values()), self.model.open(pk))
            if pk not in found and part > 0:
                found[pk] = part
        return found

    # What must hold after every step

    def figures(self, ons):
        """Every figure that is derived from movements, today and on some days."""
        kept = [
            list(model.objects.order_by("pk").values_list("pk", field))
            for model, field in ((Invoice, "open"), (Credit, "unallocated"))
        ]
        return kept, [self.as_of(on) for on in ons]

    def as_of(self, on):
        return (
            {i.invoice_id: whole(i.open) for i in facts.open_items(day(on))},
            {key: whole(sum_) for key, sum_ in facts.unallocated(day(on)).items()},
            {key: whole(sum_) for key, sum_ in facts.balances(day(on)).items() if sum_},
        )

    def some_days(self):
        """Today, and one of the days on which something happened, in turn."""
        known = {row["issued"] for row in self.model.invoices.values()}
        known |= {row["on"] for row in self.model.credits.values()}
        known |= {row["on"] for row in self.model.counters}
        for part in self.model.parts.values():
            known |= {part["eff"], part["released"] or part["eff"]}
        ordered = sorted(known | {on - 1 for on in known})
        self.steps += 1
        if not ordered:
            return [self.today]
        return [self.today, ordered[self.steps * 7 % len(ordered)]]

    @invariant()
    def kept_figures_are_those_of_the_model(self):
        """I01, I02: open and left, their bounds, and what they are made of."""
        opened = dict(Invoice.objects.values_list("pk", "open"))
        assert opened.keys() == self.model.invoices.keys()
        for pk, row in self.model.invoices.items():
            must = self.model.open(pk)
            assert whole(money(opened[pk], row["currency"])) == must
            assert 0 <= must <= row["total"]
        left = dict(Credit.objects.values_list("pk", "unallocated"))
        assert left.keys() == self.model.credits.keys()
        for pk, row in self.model.credits.items():
            must = self.model.left(pk)
            assert whole(money(left[pk], row["currency"])) == must
            taken = sum(self.model.taken(c, EVER) for c in self.model.counters_of(pk))
            assert must + taken + self.model.used(EVER, credit=pk) == row["amount"]
            assert must >= 0

    @invariant()
    def states_are_derived(self):
        """I03: paid exactly where nothing is open, Non payé only where it is marked."""
        today = day(self.today)
        for row in Invoice.objects.with_marks():
            known, open_ = self.model.invoices[row.pk], self.model.open(row.pk)
            state = status_of(row, today)
            closed = state in {"paid", "credited", "lost"}
            assert closed == (open_ == 0)
            assert row.is_uncollectible == known["marked"]
            assert (state == "uncollectible") == (known["marked"] and open_ > 0)
            if state == "partly_paid":
                assert 0 < open_ < known["total"]

    @invariant()
    def any_day_adds_up(self):
        """I04: balance = Σ open − Σ unallocated, each as the model has it."""
        for on in self.some_days():
            opened, left, owed = self.as_of(on)
            assert opened == {
                pk: self.model.open(pk, on)
                for pk, row in self.model.invoices.items()
                if row["issued"] <= on and self.model.open(pk, on)
            }
            assert all(value > 0 for value in [*opened.values(), *left.values()])
            for client, currency in self.model.accounts():
                mine = {"client": client, "currency": currency}.items()
                free = sum(
                    self.model.left(pk, on)
                    for pk, row in self.model.credits.items()
                    if mine <= row.items() and row["on"] <= on
                )
                open_ = sum(
                    opened.get(pk, 0)
                    for pk, row in self.model.invoices.items()
                    if mine <= row.items()
                )
                balance = self.model.balance(client, currency, on)
                assert left.get((client, currency), 0) == free
                assert owed.get((client, currency), 0) == balance == open_ - free

    @invariant()
    def nothing_joins_two_currencies_and_the_audit_is_clean(self):
        """I05, and what verify_ledger looks at."""
        for look in (
            audit.open_amounts,
            audit.credits_left,
            audit.allocations_fit,
            audit.releases_fit,
            audit.balances_agree,
        ):
            assert list(look()) == []
