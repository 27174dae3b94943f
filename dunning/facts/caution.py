"""Reads what a run is compared with before it is issued: the bank, earlier runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count

from billing.bank.desk import STALE, freshness
from dunning.models import Run
from dunning.rules.caution import Cautions, cautions

if TYPE_CHECKING:
    from datetime import date

    from billing.bank.desk import Freshness

RUNS = 10
# Single invoices are raised between runs; so far back runs are looked for.
LOOKED_THROUGH = 50


@dataclass(frozen=True, slots=True)
class Care:
    """How fresh the books are, and what issuing so many letters asks for."""

    fresh: Freshness
    asked: Cautions

    @property
    def bank_on(self) -> date | None:
        """The newest day the bank's data knows of."""
        return self.fresh.on if self.fresh.of_bank else None

    @property
    def unmatched(self) -> int:
        """Payments not put to any invoice: read from a bank file, or booked."""
        return self.fresh.waiting + self.fresh.unallocated


def care_for(letters: int, today: date) -> Care:
    """What a person is asked before so many letters are issued today."""
    fresh = freshness(today)
    days = fresh.days if fresh.on else None
    return Care(fresh, cautions(letters, usual_letters(), days, STALE.days))


def usual_letters() -> list[int]:
    """How many letters the last runs had; single reminders only where all are."""
    runs = Run.objects.filter(state=Run.State.ISSUED).order_by("-pk")
    counts = runs.annotate(letters=Count("notices")).values_list("letters", flat=True)
    found = list(counts[:LOOKED_THROUGH])
    return [letters for letters in found if letters > 1][:RUNS] or found[:RUNS]
