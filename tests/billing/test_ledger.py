"""The ledger as of a date: domain §1 and worked example 1 (golden, to the cent)."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from billing import facts
from billing.actions import ledger
from billing.models import Credit, Invoice
from billing.rules.ageing import BUCKETS
from billing.rules.money import plain, total, zero
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def dupont():
    """Example 1: Dupont SA in CHF."""
    client = make.client("DUPONT", name="Dupont SA")
    inv1 = make.invoice(
        "1000.00 CHF", to=client, number="INV-1", issued="2025-11-20", due="2025-12-20"
    )
    make.credit(
        "400.00 CHF",
        of=client,
        on="2025-12-28",
        to={inv1: "400.00 CHF"},
        number="PAY-1",
    )
    inv2 = make.invoice(
        "500.00 CHF", to=client, number="INV-2", issued="2026-01-10", due="2026-02-09"
    )
    make.credit(
        "100.00 CHF",
        of=client,
        on="2026-01-20",
        to={inv2: "100.00 CHF"},
        number="CN-1",
        kind=Credit.Kind.CREDIT_NOTE,
    )
    make.credit(
        "700.00 CHF",
        of=client,
        on="2026-01-25",
        to={inv1: "600.00 CHF"},
        number="PAY-2",
    )
    make.invoice(
        "300.00 CHF", to=client, number="INV-3", issued="2026-02-05", due="2026-03-07"
    )
    make.credit(
        "250.00 CHF",
        of=client,
        on="2026-02-15",
        to={inv2: "250.00 CHF"},
        number="PAY-3",
    )
    return client


@pytest.mark.parametrize(
    ("on", "balance", "open_", "left"),
    [
        ("2025-12-31", "600.00", {"INV-1": "600.00"}, "0.00"),
        ("2026-01-31", "300.00", {"INV-2": "400.00"}, "100.00"),
        ("2026-02-28", "350.00", {"INV-2": "150.00", "INV-3": "300.00"}, "100.00"),
    ],
)
def test_example_1_balance_open_items_and_credits_on_a_day(
    dupont, on, balance, open_, left
):
    on = date.fromisoformat(on)
    items = facts.open_items(on)
    account = (dupont.pk, "CHF")
    assert plain(facts.balances(on)[account]) == balance
    assert {i.number: plain(i.open) for i in items} == open_
    assert plain(facts.unallocated(on).get(account, zero("CHF"))) == left
    ageing = facts.aged_accounts(on)[account]
    assert plain(ageing.total) == balance
    assert plain(total(ageing.buckets.values(), "CHF") - ageing.unallocated) == balance


def test_example_of_section_4_ageing_at_the_end_of_february(dupont):
    ageing = facts.aged_accounts(date(2026, 2, 28))[dupont.pk, "CHF"]
    assert {k: plain(v) for k, v in ageing.buckets.items()} == dict.fromkeys(
        BUCKETS, "0.00"
    ) | {
        "not_due": "300.00",
        "1-30": "150.00",
    }
    assert [
        facts.aged_accounts(date(2026, 3, d))[dupont.pk, "CHF"]
        .buckets["not_due"]
        .amount
        for d in (7, 8)
    ] == [300, 0]


def test_issued_rows_are_refused_by_the_database_whoever_asks(dupont):
    for change in (
        lambda: Invoice.objects.filter(number="INV-1").update(
            issued_on=date(2020, 1, 1)
        ),
        lambda: Invoice.objects.filter(number="INV-3").delete(),
        lambda: Credit.objects.filter(number="PAY-1").update(reference="other"),
        lambda: dupont.credits.first().allocations.update(
            effective_on=date(2020, 1, 1)
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_a_reversed_payment_opens_its_invoice_again_on_its_own_date(dupont):
    paid = Credit.objects.get(number="PAY-2")
    ledger.reverse_credit(paid, date(2026, 3, 1), "wrong client")
    assert plain(Invoice.objects.get(number="INV-1").open) == "600.00"
    for on in (date(2026, 2, 28), date(2026, 3, 1)):
        opened = total((i.open for i in facts.open_items(on)), "CHF")
        left = facts.unallocated(on).get((dupont.pk, "CHF"), zero("CHF"))
        assert opened - left == facts.balances(on)[dupont.pk, "CHF"]
    assert plain(facts.balances(date(2026, 3, 1))[dupont.pk, "CHF"]) == "1050.00"


def test_a_payment_of_several_invoices_is_reversed_as_a_whole():
    """Each part that is taken back changes what is left for the next."""
    first, second = (make.invoice("100.00 CHF", to=to) for to in [make.client()] * 2)
    paid = make.credit(
        "70.00 CHF",
        of=first.client,
        on="2026-02-01",
        to={first: "10.00 CHF", second: "20.00 CHF"},
    )
    ledger.allocate(paid, {first.pk: make.money("40.00 CHF")})
    ledger.reverse_credit(paid, date(2026, 2, 3), "bounced")
    assert {plain(row.open) for row in Invoice.objects.all()} == {"100.00"}
    paid.refresh_from_db()
    assert plain(paid.unallocated) == "0.00"


@pytest.mark.parametrize(
    "amount", ["0.10 CHF", "1 JPY", "0.001 KWD", "999999999999.999 KWD"]
)
def test_many_small_amounts_add_up_exactly(amount):
    client = make.client()
    invoices = [make.invoice(amount, to=client) for _ in range(30)]
    expected = sum((make.money(amount) for _ in range(30)), make.money(amount) * 0)
    account = (client.pk, invoices[0].currency)
    if expected.amount < 10**12:
        assert facts.balances(date(2026, 12, 31))[account] == expected
    assert Invoice.objects.first().total == make.money(amount)


def test_more_than_is_left_is_refused():
    invoice = make.invoice("100.00 CHF")
    paid = make.credit("130.00 CHF", of=invoice.client, on="2026-02-01")
    with pytest.raises(ledger.LedgerRefusal):
        ledger.allocate(paid, {invoice.pk: make.money("100.01 CHF")})
    ledger.allocate(paid, {invoice.pk: make.money("100.00 CHF")})
    paid.refresh_from_db()
    assert plain(paid.unallocated) == "30.00"


def test_an_invoice_paid_again_after_a_reversal_is_never_settled_twice():
    """Until the reversal the first payment stood; the second counts from then on."""
    invoice = make.invoice("100.00 CHF", issued="2026-01-05", due="2026-02-04")
    account = (invoice.client_id, "CHF")
    first = make.payment("100.00 CHF", on="2026-01-10", to=invoice)
    ledger.reverse_credit(first, date(2026, 2, 2), "bounced")
    make.payment("100.00 CHF", on="2026-01-15", to=invoice)
    for day in range(5, 32):
        on = date(2026, 1, day)
        aged = facts.aged_accounts(on).get(account)
        assert (aged.total if aged else zero("CHF")) == facts.balances(on)[account], on
        assert all(
            i.open.amount >= 0 for i in facts.listed_items(Invoice.objects.all(), on)
        )
