"""What holds of every match, whatever is open and whatever was written."""

from __future__ import annotations

import random
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from billing.rules.bank.statement import Transaction
from billing.rules.matching.matcher import Candidate, Confidence, Matcher
from billing.rules.matching.sums import summing
from billing.rules.money import money, total
from billing.rules.references import qr_reference

DAY = date(2026, 3, 16)
NAMES = ["Nord AG", "Süd GmbH", "Anna Grün", "Nord Bau AG"]
IBANS = ["", "CH9300762011623852957", "DE89370400440532013000"]
AMOUNTS = st.sampled_from(["0.00", "10.00", "20.00", "30.00", "50.00", "98.00"])
CURRENCIES = st.sampled_from(["CHF", "CHF", "CHF", "EUR"])


@st.composite
def candidates(draw):
    rows = []
    for n in range(draw(st.integers(0, 8))):
        client = draw(st.integers(0, 3))
        currency = draw(CURRENCIES)
        left = money(draw(AMOUNTS), currency)
        has_discount = left.amount > 1 and draw(st.booleans())
        number = f"F-2026-{draw(st.integers(1, 6)):04}"
        rows.append(
            Candidate(
                invoice_id=n,
                client_id=client,
                number=number,
                reference=qr_reference(f"F-2026-{n + 1:04}"),
                open=left,
                due_on=DAY + timedelta(days=draw(st.integers(-3, 3))),
                issued_on=DAY,
                client_name=NAMES[client],
                client_iban=draw(st.sampled_from(IBANS)),
                discount=money("1.00", currency) if has_discount else None,
                discount_until=DAY if has_discount else None,
            )
        )
    return rows


@st.composite
def payments(draw):
    currency = draw(CURRENCIES)
    words = st.sampled_from(["F-2026-0001", "F-2026-0002", "F20260003", "Danke", "/"])
    amount = draw(st.sampled_from(["10.00", "29.00", "30.00", "60.00", "-5.00"]))
    return Transaction(
        key="k",
        booked_on=DAY,
        value_on=DAY + timedelta(days=draw(st.integers(-1, 1))),
        amount=money(amount, currency),
        charges=money(draw(st.sampled_from(["0.00", "1.00"])), currency),
        reference=draw(
            st.sampled_from(
                ["", "", *(qr_reference(f"F-2026-{n:04}") for n in (1, 2)), "5" * 27]
            )
        ),
        name=draw(st.sampled_from(["", "NORD", "Sued", "Niemand"])),
        iban=draw(st.sampled_from(IBANS)),
        text=" ".join(draw(st.lists(words, max_size=3))),
    )


@given(candidates(), payments())
def test_never_more_than_was_paid_nor_than_is_open(rows, payment):
    match = Matcher(rows).match(payment)
    by_id = {row.invoice_id: row for row in rows}
    currency = payment.amount.currency.code
    if match.parts:
        assert total((p.amount for p in match.parts), currency) <= payment.paid
    assert len({p.invoice_id for p in match.parts}) == len(match.parts)
    for part in match.parts:
        row = by_id[part.invoice_id]
        assert part.amount.amount > 0
        settled = part.amount + part.discount if part.discount else part.amount
        assert settled <= row.open
        assert row.client_id == match.client_id
        if part.discount:
            assert settled == row.open
            assert payment.value_on <= row.discount_until


@given(candidates(), payments())
def test_something_is_proposed_with_a_confidence_or_nothing_without(rows, payment):
    match = Matcher(rows).match(payment)
    assert bool(match.parts) == (match.confidence != Confidence.NONE)
    if payment.amount.amount <= 0:
        assert not match.parts


@given(candidates(), payments())
def test_exact_is_only_what_bears_the_reference(rows, payment):
    match = Matcher(rows).match(payment)
    if match.confidence == Confidence.EXACT:
        (part,) = match.parts
        assert rows[part.invoice_id].reference == payment.reference
        assert rows[part.invoice_id].currency == payment.amount.currency.code


@given(candidates(), payments(), st.randoms(use_true_random=False))
def test_the_order_of_the_invoices_changes_nothing(rows, payment, chance):
    mixed = list(rows)
    chance.shuffle(mixed)
    assert Matcher(mixed).match(payment) == Matcher(rows).match(payment)


@given(st.lists(st.integers(1, 20), max_size=12), st.integers(1, 120))
def test_a_sum_comes_to_what_was_paid(amounts, paid):
    chosen = summing(amounts, paid)
    assert not chosen or sum(amounts[n] for n in chosen) == paid
    assert len(chosen) != 1
    assert list(chosen) == sorted(set(chosen))


@given(st.lists(st.integers(1, 20), min_size=2, max_size=12))
def test_all_of_them_are_found(amounts):
    assert summing(amounts, sum(amounts)) == tuple(range(len(amounts)))


def test_a_choice_between_two_runs_is_none():
    assert summing([9, 10, 20, 7, 20, 10], 30) == ()
    assert summing([9, 10, 5, 7, 20], 15) == (1, 2)
    assert summing([10, 3, 20, 4], 30) == (0, 2)
    assert summing([10, 3, 20, 4, 10], 30) == ()


def test_many_invoices_of_one_client_take_no_time():
    chance = random.Random(7)
    amounts = [chance.randrange(1, 10_000) for _ in range(200)]
    assert summing(amounts, sum(amounts) + 1) == ()
