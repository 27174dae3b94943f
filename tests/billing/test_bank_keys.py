"""The same transaction has the same key in every file; twins have two."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rules.bank.reading import read_bank_file
from tests.billing.bank_files.camt import Account, Booked, Paid, camt


def keys(*accounts, kind="053", version=4):
    statements = read_bank_file(camt(*accounts, kind=kind, version=version), "f", None)
    return [t.key for s in statements for t in s.transactions]


def entries_of(*entries, **values):
    return keys(Account(list(entries)), **values)


def test_a_reference_of_the_payment_is_its_key_wherever_it_stands():
    """camt.053 tells of single entries what camt.054 tells of a batch."""
    paid = [Paid("5.00", "A", bank_reference=f"TX00000000{n}") for n in (1, 2)]
    alone = [Booked("5.00", [p], bank_reference=f"E-{p.bank_reference}") for p in paid]
    batch = Booked("10.00", paid, bank_reference="B000000001", value_on="2026-03-18")
    assert entries_of(*alone) == entries_of(batch, kind="054", version=8)


def test_a_reference_of_the_entry_with_the_place_in_it():
    batch = Booked(
        "15.00", [Paid("5.00"), Paid("5.00"), Paid("5.00")], bank_reference="B000000001"
    )
    found = entries_of(batch)
    assert len(set(found)) == 3
    assert entries_of(Booked("1.00"), batch, kind="054")[1:] == found


def test_eleven_payments_of_a_batch_that_share_one_reference():
    paid = [Paid("5.00", bank_reference="SAME0000001") for _ in range(11)]
    batch = Booked("55.00", paid, bank_reference="SAME0000001")
    other = [Paid("5.00", bank_reference="SAME0000001") for _ in range(11)]
    assert len(set(entries_of(batch))) == 11
    assert len(set(entries_of(Booked("55.00", other)))) == 11


def test_a_reversal_with_the_reference_of_what_it_reverses_is_another():
    paid = Booked("5.00", bank_reference="E0000000001")
    back = Booked("5.00", bank_reference="E0000000001", debit=True, reversal=True)
    assert len(set(entries_of(paid, back))) == 2


def test_a_short_reference_may_come_again_on_another_day():
    first = Booked("5.00", bank_reference="17", booked_on="2026-03-16")
    again = Booked("5.00", bank_reference="17", booked_on="2026-03-17")
    assert len({*entries_of(first), *entries_of(again)}) == 2


@pytest.mark.parametrize("reference", ["NONREF", "NOTPROVIDED", "000000000000"])
def test_a_reference_that_says_nothing_is_none(reference):
    entries = [
        Booked("5.00", [Paid("5.00", name)], bank_reference=reference) for name in "AB"
    ]
    assert len({*entries_of(entries[0]), *entries_of(entries[1])}) == 2
    assert all(key.startswith("own:") for key in entries_of(*entries))


def plain_day(day, names="ABBC"):
    """Entries of a day without any reference; two of them equal in all."""
    return [
        Booked("5.00", [Paid("5.00", name)], booked_on=day, value_on=day)
        for name in names
    ]


FIRST, SECOND, THIRD = "2026-03-16", "2026-03-17", "2026-03-18"


def test_twins_without_reference_stay_two():
    assert len(set(entries_of(*plain_day(FIRST)))) == 4


def test_windows_that_overlap_in_whole_days_tell_of_the_same():
    one = entries_of(*plain_day(FIRST), *plain_day(SECOND))
    other = entries_of(*plain_day(SECOND), *plain_day(THIRD))
    assert set(one) & set(other) == set(entries_of(*plain_day(SECOND)))
    assert len({*one, *other}) == 12


def test_the_order_within_a_day_does_not_matter():
    day = plain_day(FIRST)
    assert set(entries_of(*day)) == set(entries_of(*day[::-1]))


def test_lines_and_capitals_do_not_matter():
    one = Booked("5.00", [Paid("5.00", "Nord AG", text=["Rechnung 12 vom Mai"])])
    other = Booked("5.00", [Paid("5.00", "NORD AG", text=["Rechnung 12", "vom Mai"])])
    assert entries_of(one) == entries_of(other)


def test_twins_on_two_pages_that_follow_each_other_stay_two():
    paid = plain_day(FIRST, "B")
    found = keys(
        Account(paid, opening="0.00", closing="5.00"),
        Account(paid, opening="5.00", closing="10.00"),
    )
    assert len(set(found)) == 2


def test_two_statements_of_one_file_that_overlap_tell_of_the_same():
    found = keys(
        Account(plain_day(FIRST), opening="0.00", closing="20.00"),
        Account(plain_day(FIRST) + plain_day(SECOND), opening="0.00", closing="40.00"),
    )
    assert len(found) == len(set(found)) == 8


def test_a_statement_and_a_notification_tell_of_the_same_without_references():
    assert entries_of(*plain_day(FIRST)) == entries_of(*plain_day(FIRST), kind="054")


def test_a_key_fits_its_column():
    paid = Booked("5.00", bank_reference="R" * 300)
    assert all(len(key) <= 200 for key in entries_of(paid))


DAYS = st.lists(
    st.lists(
        st.tuples(
            st.sampled_from(["5.00", "7.50"]),
            st.sampled_from(["A", "B"]),
            st.sampled_from(["", "REF0000000001", "REF0000000002"]),
        ),
        max_size=4,
    ),
    min_size=1,
    max_size=5,
)


@given(DAYS, st.data())
def test_any_windows_of_whole_days_tell_of_each_once(days, data):
    """References come again on other days only with other amounts, as banks have it."""

    def window(first, last):
        return keys(
            Account(
                [
                    Booked(
                        amount,
                        [Paid(amount, name)],
                        booked_on=str(date(2026, 3, 2) + timedelta(days=n)),
                        bank_reference=reference and f"{reference}{n}",
                    )
                    for n in range(first, last)
                    for amount, name, reference in days[n]
                ]
            )
        )

    whole = window(0, len(days))
    assert len(whole) == len(set(whole)) == sum(len(day) for day in days)
    cut = data.draw(st.integers(0, len(days)))
    back = data.draw(st.integers(0, cut))
    assert {*window(0, cut), *window(back, len(days))} == set(whole)
