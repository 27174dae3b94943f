"""The usual periods, by the calendar."""

from datetime import date

import pytest

from statements.rules.periods import Preset, next_period, preset_period


@pytest.mark.parametrize(
    ("preset", "today", "start", "end"),
    [
        (Preset.LAST_MONTH, "2026-03-31", "2026-02-01", "2026-02-28"),
        (Preset.LAST_MONTH, "2028-03-01", "2028-02-01", "2028-02-29"),
        (Preset.LAST_MONTH, "2026-01-15", "2025-12-01", "2025-12-31"),
        (Preset.LAST_QUARTER, "2026-01-01", "2025-10-01", "2025-12-31"),
        (Preset.LAST_QUARTER, "2026-06-30", "2026-01-01", "2026-03-31"),
        (Preset.LAST_QUARTER, "2026-12-31", "2026-07-01", "2026-09-30"),
        (Preset.THIS_YEAR, "2026-03-31", "2026-01-01", "2026-03-31"),
        (Preset.LAST_YEAR, "2026-03-31", "2025-01-01", "2025-12-31"),
    ],
)
def test_a_preset_is_whole_days_both_included(preset, today, start, end):
    assert preset_period(preset, date.fromisoformat(today)) == (
        date.fromisoformat(start),
        date.fromisoformat(end),
    )


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (None, None),
        ("2026-01-31", (date(2026, 2, 1), date(2026, 3, 31))),
        ("2026-03-31", None),
        ("2026-05-31", None),
    ],
)
def test_since_the_last_statement_begins_the_day_after_it(last, expected):
    last_end = date.fromisoformat(last) if last else None
    assert preset_period(Preset.SINCE_LAST, date(2026, 3, 31), last_end) == expected


def test_without_a_statement_the_next_period_begins_with_the_year():
    assert next_period(date(2026, 3, 31), None) == (date(2026, 1, 1), date(2026, 3, 31))
    assert next_period(date(2026, 3, 31), date(2026, 3, 31)) is None
