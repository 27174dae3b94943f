"""What is asked before a run is issued: 4.2, and a bound on its size."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning.actions.runs import raise_invoice
from dunning.facts.caution import usual_letters
from dunning.rules.caution import Confirmation, cautions, missing
from tests import make
from tests.dunning import desk as policies


@pytest.mark.parametrize(
    ("letters", "recent", "asked"),
    [
        # The first run: two hundred letters are believed.
        (200, [], False),
        (201, [], True),
        # Never for what is read through in a moment, however small runs were.
        (20, [1, 1, 1], False),
        (21, [1, 1, 1], True),
        # Three times as many as usual, and not one more.
        (120, [40, 35, 45], False),
        (121, [40, 35, 45], True),
        # One run out of the ordinary makes no new custom.
        (121, [40, 35, 900], True),
    ],
)
def test_a_run_far_larger_than_usual_asks_for_its_number(letters, recent, asked):
    assert cautions(letters, recent, 0, 3).needs_count is asked


@pytest.mark.parametrize(("days", "asked"), [(None, False), (3, False), (4, True)])
def test_old_bank_data_ask_for_a_reason(days, asked):
    """4.2: the freshness gate."""
    assert cautions(1, [], days, 3).needs_reason is asked


@given(
    st.integers(0, 10_000),
    st.lists(st.integers(1, 10_000), max_size=10),
    st.integers(0, 20),
)
def test_what_is_asked_for_is_exactly_what_is_missing(letters, recent, days):
    asked = cautions(letters, recent, days, 3)
    unsaid = missing(asked, Confirmation(), letters)
    assert ("stale_reason" in unsaid) is asked.needs_reason
    assert ("typed_letters" in unsaid) is asked.needs_count
    assert bool(asked) is bool(unsaid)
    assert not missing(asked, Confirmation("no file on Sundays", letters), letters)


@given(st.integers(1, 10_000), st.lists(st.integers(1, 10_000), max_size=10))
def test_more_letters_never_ask_less(letters, recent):
    fewer, more = cautions(letters, recent, 0, 3), cautions(letters + 1, recent, 0, 3)
    assert more.needs_count >= fewer.needs_count


@pytest.mark.parametrize("typed", [None, 0, 299, 301])
def test_another_number_is_no_confirmation(typed):
    asked = cautions(300, [10], None, 3)
    assert missing(asked, Confirmation("", typed), 300) == {"typed_letters"}


def test_blanks_are_no_reason():
    asked = cautions(1, [], 9, 3)
    assert missing(asked, Confirmation("   "), 1) == {"stale_reason"}


def test_single_reminders_between_runs_say_nothing_of_their_usual_size(company):
    for number in range(3):
        make.invoice(to=make.client(f"A-{number}"), due="2026-02-09")
    policies.issue("2026-03-16")
    for number in range(2):
        alone = make.invoice(to=make.client(f"B-{number}"), due="2026-02-09")
        raise_invoice(alone, make.day("2026-03-16"), person=None, request_key=f"r{number}")  # fmt: skip
    assert usual_letters() == [3]


def test_where_every_run_has_one_letter_that_is_usual(company):
    make.invoice(due="2026-02-09")
    policies.issue("2026-03-16")
    assert usual_letters() == [1]
