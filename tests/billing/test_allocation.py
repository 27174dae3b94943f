"""What a payment is proposed to settle: reference, amount, sum, oldest (domain §5)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rules.allocation import Reason, named_in, propose_allocations
from billing.rules.items import OpenItem
from billing.rules.money import money, plain, total

FIRST = date(2026, 1, 1)
NAMED, AMOUNT, SUM, OLDEST = Reason


def item(pk, number, open_, currency="CHF", reference=""):
    """The lower the id, the older."""
    due = FIRST + timedelta(days=pk)
    whole = money(open_, currency)
    return OpenItem(pk, number, 1, currency, due, due, whole, whole, reference)


ITEMS = [
    item(1, "INV-12", "100.00", reference="210000000003139471430009017"),
    item(2, "INV-13", "250.00"),
    item(3, "INV-123", "70.00"),
    item(4, "F 14", "30.00"),
    item(5, "2026-1/2", "55.00"),
    item(6, "0007", "45.00"),
]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Zahlung INV-12, INV-13", ["INV-12", "INV-13"]),
        ("INV-12/INV-13", ["INV-12", "INV-13"]),
        ("facture n°inv-13.", ["INV-13"]),
        ("INV-123", ["INV-123"]),
        ("INV-1", []),
        ("(INV-12)+(F 14)", ["INV-12"]),
        ("Rechnung F 14 vom Mai", ["F 14"]),
        ("2026-1/2", ["2026-1/2"]),
        ("QRR 21 00000 00003 13947 14300 09017", ["INV-12"]),
        ("12.03.2026", []),
        ("10007 0007", ["0007"]),
        ("", []),
    ],
)
def test_numbers_named_in_a_text(text, numbers):
    assert [i.number for i in named_in(text, ITEMS)] == numbers


@pytest.mark.parametrize(
    ("credit", "text", "proposed"),
    [
        ("250.00", "", [(2, "250.00", AMOUNT)]),
        ("250.00", "INV-12", [(1, "100.00", NAMED), (2, "150.00", OLDEST)]),
        ("320.00", "", [(2, "250.00", SUM), (3, "70.00", SUM)]),
        ("120.00", "", [(1, "100.00", OLDEST), (2, "20.00", OLDEST)]),
        ("60.00", "INV-13", [(2, "60.00", NAMED)]),
    ],
)
def test_the_surest_match_first_and_why(credit, text, proposed):
    found = propose_allocations(money(credit, "CHF"), ITEMS[:3], text)
    assert [(p.invoice_id, plain(p.amount), p.reason) for p in found] == proposed


def test_two_groups_of_the_same_sum_prove_nothing():
    twice = [item(n, f"I-{n}", amount) for n, amount in enumerate([10, 20, 30, 25, 35])]
    found = propose_allocations(money(60, "CHF"), twice)
    assert {p.reason for p in found} == {OLDEST}


def test_two_invoices_of_the_same_amount_prove_nothing():
    found = propose_allocations(money(10, "CHF"), [item(1, "A", 10), item(2, "B", 10)])
    assert [(p.invoice_id, p.reason) for p in found] == [(1, OLDEST)]


amounts = st.integers(1, 60).map(lambda units: Decimal(units) / 2)


@given(st.lists(amounts, max_size=14), amounts, st.sampled_from(["", "I-1 I-3"]))
def test_never_more_than_the_credit_nor_than_is_open(opened, credit, text):
    items = [item(n, f"I-{n}", amount) for n, amount in enumerate(opened)]
    items.append(item(99, "EUR-1", credit, "EUR"))
    found = propose_allocations(money(credit, "CHF"), items, text)
    by_id = {i.invoice_id: i for i in items}
    assert all(0 < p.amount.amount <= by_id[p.invoice_id].open.amount for p in found)
    assert len({p.invoice_id for p in found}) == len(found)
    whole = total((i.open for i in items if i.currency == "CHF"), "CHF")
    assert total((p.amount for p in found), "CHF") == min(money(credit, "CHF"), whole)
