"""The rules of freshness and arrival, on every case there is."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dunning.rules.arrival import deadline_after, is_crossed, is_late
from dunning.rules.dossier import Block, Reason
from dunning.rules.freshness import Claim, Letter, Turn, changes
from tests.dunning.cases import money

days = st.dates(date(2020, 1, 1), date(2035, 1, 1))
few = st.integers(0, 500)
terms = st.integers(0, 365)


def chf(amount):
    return money(f"{amount} CHF")


claims = st.builds(
    lambda number, claimed, opened, reasons, later, was, part, level: Claim(
        f"INV-{number}",
        chf(claimed),
        chf(opened),
        blocks=tuple(Block(reason) for reason in reasons),
        later=later,
        was_disputed=chf(was),
        disputed=chf(min(part, opened)),
        level=level,
    ),
    st.integers(1, 99),
    st.integers(1, 500),
    few,
    st.lists(st.sampled_from([Reason.DISPUTED, Reason.ON_HOLD]), max_size=2),
    st.sampled_from(["", "", "R-2"]),
    st.sampled_from([0, 0, 1, 50]),
    st.sampled_from([0, 0, 1, 50]),
    st.sampled_from([None, None, 0, 2]),
)
letters = st.builds(
    lambda found, came, more, charged, less: Letter(
        tuple(found), chf(came), chf(came + more), chf(charged), chf(min(less, charged))
    ),
    st.lists(claims, min_size=1, max_size=5),
    few,
    few,
    few,
    st.sampled_from([0, 0, 1, 500]),
)


@given(letters)
def test_a_letter_leaves_only_if_all_it_claims_is_owed_and_nothing_stands_against(
    letter,
):
    opened = sum(claim.owed.amount for claim in letter.claims)
    right = (
        all(
            claim.open - claim.was_disputed >= claim.claimed
            and claim.open - claim.disputed >= claim.claimed
            and not claim.blocks
            and not claim.later
            and claim.level is None
            for claim in letter.claims
        )
        and letter.left.amount < opened
        and not letter.came_in.amount
        and not letter.given_up.amount
    )
    assert (not changes(letter)) == right


@given(letters)
def test_every_change_is_named_once_and_paid_comes_before_held(letter):
    found = [change for change in changes(letter) if change.number]
    assert len(found) <= len(letter.claims)
    settled = [c.number for c in letter.claims if c.rest < c.claimed]
    named = [c.number for c in found if c.turn in {Turn.SETTLED, Turn.LESS_OPEN}]
    assert named == settled


@given(days, terms, st.integers(-30, 400))
def test_a_letter_gives_its_days_from_its_arrival_and_never_fewer(run_on, term, later):
    printed, on = run_on + timedelta(days=term), run_on + timedelta(days=later)
    until = deadline_after(run_on, run_on, printed, on)
    assert until >= printed
    if later <= 1:
        assert until == printed
        assert not is_late(run_on, run_on, on)
    else:
        assert until - on == timedelta(days=term)


@given(days, terms, st.integers(0, 99), st.integers(0, 99))
def test_who_arrives_later_never_has_to_pay_sooner(run_on, term, some, more):
    printed = run_on + timedelta(days=term)
    first, second = (run_on + timedelta(days=n) for n in (some, some + more))
    assert deadline_after(run_on, run_on, printed, first) <= deadline_after(
        run_on, run_on, printed, second
    )


def test_a_payment_crosses_the_letter_until_the_day_after():
    left = date(2026, 3, 2)
    for paid, crossed in [(-3, True), (0, True), (1, True), (2, False)]:
        assert is_crossed(left, left + timedelta(days=paid)) is crossed
