"""Payment references are valid, and no two invoices have the same (stdnum, ISO 11649)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import iso11649
from stdnum.ch import esr

from billing.rules.references import number_of, qr_reference, scor_reference

prefixes = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=6)
numbers = st.builds(
    lambda prefix, year, n, part: (
        f"{prefix}-{year}-{n:04d}" + (f"/{part}" if part else "")
    ),
    prefixes,
    st.integers(1990, 2100),
    st.integers(1, 9_999_999),
    st.integers(0, 999),
)


@pytest.mark.parametrize(
    ("number", "qr", "scor"),
    [
        ("F-2026-0001", "000000000015202600000010006", "RF12F20260001"),
        ("F-2026-0001/2", "000000000015202600000010022", "RF23F20260001T2"),
        ("F-2026-12345", "000000000015202600123450009", "RF40F202612345"),
        (
            "ABCDEF-2026-1234567/123",
            "101112131415202612345671232",
            "RF95ABCDEF20261234567T123",
        ),
    ],
)
def test_references_of_some_numbers(number, qr, scor):
    assert (qr_reference(number), scor_reference(number)) == (qr, scor)


@given(numbers)
def test_every_reference_passes_its_check(number):
    qr, scor = qr_reference(number), scor_reference(number)
    assert len(qr) == 27
    assert esr.is_valid(qr)
    assert len(scor) <= 25
    assert iso11649.is_valid(scor)


@given(numbers, numbers)
def test_two_numbers_never_share_a_reference(one, other):
    for reference in (qr_reference, scor_reference):
        assert (reference(one) == reference(other)) == (one == other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("F-2026-1000/1", "F-2026-10001"),
        ("F-2026-0001/1", "F-2026-0001/11"),
        ("A-2026-0001", "AA-2026-0001"),
    ],
)
def test_numbers_that_look_alike_without_their_marks(one, other):
    assert qr_reference(one) != qr_reference(other)
    assert scor_reference(one) != scor_reference(other)


@pytest.mark.parametrize(
    "number",
    ["", "2026-17", "f-2026-0001", "F-26-1", "F-2026-0001/", "F-2026-00001"],
)
def test_a_number_of_another_form_has_none(number):
    for reference in (qr_reference, scor_reference):
        with pytest.raises(ValueError, match="not a number"):
            reference(number)


@given(numbers)
def test_a_reference_tells_the_number_it_was_made_of(number):
    assert number_of(qr_reference(number)) == number
    assert number_of(scor_reference(number)) == number


@settings(max_examples=40)
@given(st.from_regex(r"[0-9]{27}|RF[0-9]{2}[A-Z0-9]{1,21}", fullmatch=True))
def test_what_was_made_of_another_number_tells_none(reference):
    number = number_of(reference)
    assert not number or reference in {qr_reference(number), scor_reference(number)}


@pytest.mark.parametrize("text", ["", "RF", "210000000003139471430009017", "x" * 27])
def test_what_is_no_reference_of_ours_tells_no_number(text):
    assert number_of(text) == ""
