"""What reminders led to: by level, in days sales outstanding, in promises kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import permission_required
from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clients.exporting import export_rows
from dunning.charts import dso_chart, level_chart
from dunning.effect_forms import EffectForm
from dunning.facts.effect import charge_effects, level_effects
from dunning.facts.profiles import payment_profile, promises_between
from dunning.facts.sales import dso_history
from dunning.rules.promises import Outcome, tally

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from dunning.charts import DsoChart, LevelChart
    from dunning.facts.effect import ChargeEffect, Scope
    from dunning.rules.effect import Dso, LevelEffect

# So many broken promises are named, the last ones given.
BROKEN = 20


@dataclass(slots=True)
class Section:
    """Everything about one currency."""

    currency: str
    levels: list[LevelEffect] = field(default_factory=list)
    charges: list[ChargeEffect] = field(default_factory=list)
    history: list[Dso] = field(default_factory=list)

    @property
    def chart(self) -> LevelChart:
        """The bars of its levels."""
        return level_chart(self.levels)

    @property
    def dso_chart(self) -> DsoChart:
        """The lines of its days."""
        return dso_chart(self.history)

    @property
    def dso(self) -> Dso:
        """The figures of today."""
        return self.history[-1]


@require_safe
@permission_required("dunning.view_run", raise_exception=True)
def effect(request: HttpRequest) -> HttpResponseBase:
    """The effect of the letters of a period (4.15)."""
    today = localdate()
    form = EffectForm(request.GET, today=today)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        scope, client = form.scope(), form.cleaned_data["client"]
        found = sections(scope, today)
        name = f"dunning-effect-{scope.last}"
        if file := export_rows(request, name, head(), rows(found)):
            return file
        context |= {
            "scope": scope,
            "client": client,
            "sections": found,
            **promised(scope, today),
            "profile": payment_profile(client) if client else None,
        }
    return render(request, "dunning/effect.html", context)


def promised(scope: Scope, today: date) -> dict[str, Any]:
    """How many promises to pay were kept, and which ones were not."""
    found = promises_between(scope, today)
    counts = tally(row.outcome for row in found)
    broken = [row.hold for row in found if row.outcome == Outcome.BROKEN]
    return {
        "promises": {outcome.value: count for outcome, count in counts.items()},
        "broken": broken[-BROKEN:][::-1],
    }


def sections(scope: Scope, today: date) -> list[Section]:
    """What was found, by currency."""
    found: dict[str, Section] = {}

    def of(code: str) -> Section:
        return found.setdefault(code, Section(code))

    for level in level_effects(scope, today):
        of(level.currency).levels.append(level)
    for charge in charge_effects(scope):
        of(charge.currency).charges.append(charge)
    history = dso_history(today, currency=scope.currency, client=scope.client)
    for code, days in history.items():
        of(code).history = days
    return [found[code] for code in sorted(found)]


def head() -> list[str]:
    """The columns of the file."""
    return [
        _("Currency"),
        _("Level"),
        _("Letters"),
        _("Invoices"),
        _("Claimed"),
        _("Recovered"),
        _("Paid"),
        _("% in time"),
        _("Median days"),
    ]


def rows(found: list[Section]) -> Iterator[list[Any]]:
    """A row of the file for each currency and level."""
    for section in found:
        for level in section.levels:
            yield [
                level.currency,
                level.level,
                level.letters,
                level.invoices,
                level.claimed,
                level.recovered,
                level.paid,
                level.share_in_time,
                level.median_days,
            ]
