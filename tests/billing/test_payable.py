"""What somebody who ticks invoices pays, and what becomes of a payment online."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rules.checkouts import RANKS, outcome, replaced_by
from billing.rules.money import money, total
from billing.rules.payable import Due, payable
from billing.rules.stripe_events import said_by_event
from tests import make


def chf(figure):
    return money(figure, "CHF")


def due(number, on, figure):
    return Due(number, make.day(on), chf(figure))


@pytest.mark.parametrize(
    ("ticked", "owed", "paid"),
    [
        ([1, 2, 3], 600, [(2, 200), (1, 100), (3, 300)]),
        ([3], 600, [(3, 300)]),
        # 50 in credit: whoever ticks all pays the balance, the last one in part.
        ([1, 2, 3], 550, [(2, 200), (1, 100), (3, 250)]),
        ([1], 550, [(1, 100)]),
        ([1, 3], 250, [(1, 100), (3, 150)]),
        # Covered by credits, or more than that.
        ([1, 2, 3], 0, []),
        ([1, 2, 3], -10, []),
        ([], 600, []),
        ([9], 600, []),
    ],
)
def test_ticked_invoices_are_paid_oldest_first_and_never_more_than_is_owed(
    ticked, owed, paid
):
    items = [due(1, "2026-02-01", 100), due(2, "2026-01-01", 200)]
    items.append(due(3, "2026-02-01", 300))
    assert payable(items, ticked, chf(owed)) == [(pk, chf(sum_)) for pk, sum_ in paid]


@given(
    opens=st.lists(st.integers(1, 100_000), max_size=8),
    ticks=st.sets(st.integers(0, 9)),
    credit=st.integers(0, 200_000),
)
def test_all_ticked_is_the_balance_and_fewer_are_never_more(opens, ticks, credit):
    items = [
        due(pk, f"2026-01-{1 + pk % 3:02}", f"{coins}e-2")
        for pk, coins in enumerate(opens)
    ]
    owed = total((item.open for item in items), "CHF") - chf(f"{credit}e-2")
    every = payable(items, range(len(opens)), owed)
    assert total((part for _pk, part in every), "CHF") == max(owed, chf(0))
    some = dict(payable(items, ticks, owed))
    assert set(some) <= ticks
    for item in items:
        assert chf(0) <= some.get(item.id, chf(0)) <= item.open
    ticked = total((item.open for item in items if item.id in ticks), "CHF")
    assert total(some.values(), "CHF") == max(min(ticked, owed), chf(0))


def test_i34_states_end_the_same_in_whatever_order_they_are_told():
    told = ("input", "preauth", "rejected", "confirmed", "cancelled")
    ends = set()
    for order in permutations(told):
        state = "waiting"
        for status in order:
            state = status if state in replaced_by(status) else state
        ends.add(state)
    assert ends == {"confirmed"}
    assert replaced_by("paid in shells") == ()
    assert [outcome(state, all_back=False) for state in RANKS] == (
        ["waiting"] * 3 + ["failed"] * 3 + ["paid", "refunded"]
    )
    assert outcome("confirmed", all_back=True) == "refunded"


odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["object", "status", "metadata", "amount_total", "currency"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


@given(
    kind=st.sampled_from(
        ["checkout.session.completed", "charge.refunded", "charge.dispute.created"]
    )
    | odd,
    data=odd,
    created=odd,
)
def test_126_nothing_an_event_can_hold_makes_reading_it_fail(kind, data, created):
    said = said_by_event({"type": kind, "data": {"object": data}, "created": created})
    assert said is None or said.status in {"", "confirmed", "preauth", "rejected"}
    assert said_by_event({"data": data}) is None
