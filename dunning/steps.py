"""The five steps of a run, each with an address of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.templatetags.format import day
from dunning.models import Run

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES: dict[str, Any] = {
    "date": _("Date"),
    "selection": _("Selection"),
    "letters": _("Letters"),
    "send": pgettext_lazy("step", "Send"),
    "result": _("Result"),
}
# The steps that can be opened, and how many of them are behind, by state of the run.
REACHED = {
    Run.State.DRAFT: (["date", "selection", "letters", "send"], 1),
    Run.State.ISSUED: (list(NAMES), 5),
    Run.State.DISCARDED: (["date", "selection"], 1),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step; without an address it cannot be opened yet."""

    place: int
    code: str
    name: str
    note: str
    address: str
    is_current: bool
    is_done: bool


def steps(current: str, run: Run | None = None) -> list[Step]:
    """The steps as the page of one of them shows them; no run before the first."""
    return list(_steps(current, run))


def step_of(run: Run) -> str:
    """The name of the address at which a run stands."""
    return "run_result" if run.state == Run.State.ISSUED else "run_selection"


def _steps(current: str, run: Run | None) -> Iterator[Step]:
    reached, done = REACHED[Run.State(run.state)] if run else ([], 0)
    at = list(NAMES).index(current)
    for place, (code, name) in enumerate(NAMES.items()):
        address = ""
        if run and code in reached and code != current:
            address = reverse(f"run_{code}", args=[run.pk])
        yield Step(
            place + 1,
            code,
            str(name),
            day(run.run_on) if run and code == "date" else "",
            address,
            is_current=code == current,
            is_done=place < max(done, at) and code != current,
        )
