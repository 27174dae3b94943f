"""The usual periods of statements, one click each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy

from statements.facts import last_statement
from statements.rules.periods import Preset, preset_period

if TYPE_CHECKING:
    from clients.models import Client
    from statements.forms import StatementForm

PRESETS = {
    Preset.SINCE_LAST: gettext_lazy("Since the last statement"),
    Preset.LAST_MONTH: gettext_lazy("Last month"),
    Preset.LAST_QUARTER: gettext_lazy("Last quarter"),
    Preset.THIS_YEAR: gettext_lazy("This year"),
    Preset.LAST_YEAR: gettext_lazy("Last year"),
}


def presets(client: Client, form: StatementForm) -> list[dict[str, Any]]:
    """The usual periods as links that keep the other parameters."""
    last = last_statement(client)
    chosen = form.period()
    found = []
    for preset, label in PRESETS.items():
        period = preset_period(preset, localdate(), last.end if last else None)
        if period:
            start, end = period
            found.append(
                {
                    "label": label,
                    "address": form.address(start=start, end=end),
                    "active": period == chosen,
                }
            )
    return found
