"""Days on which nobody works, by the country of the company."""

from __future__ import annotations

import pytest

from dunning.facts.holidays import holidays_of
from tests.make import day


@pytest.mark.parametrize(
    ("country", "on", "kept"),
    [
        ("CH", "2026-08-01", True),  # national
        ("CH", "2026-04-06", True),  # Easter Monday, in most cantons
        ("CH", "2026-12-26", True),
        ("CH", "2026-03-19", False),  # Saint Joseph, in a few
        ("DE", "2026-10-03", True),
        ("DE", "2026-01-06", False),
        ("FR", "2026-07-14", True),
        ("XX", "2026-01-01", False),
    ],
)
def test_a_holiday_is_what_the_country_or_most_of_it_keeps(country, on, kept):
    assert (day(on) in holidays_of(country, [2026])) is kept
