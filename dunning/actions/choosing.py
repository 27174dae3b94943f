"""What a person decides about a draft besides its ticks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from dunning.actions.guards import RunRefusal
from dunning.models import Run, RunLine

if TYPE_CHECKING:
    from collections.abc import Collection


def set_no_fee(run: Run, invoices: Collection[int], reason: str) -> int:
    """Their letters bear no fee, for a reason; an empty one: they bear it again.

    Only of proposed lines of a draft; how many of them that changed.
    """
    with transaction.atomic():
        _hold_draft(run)
        lines = RunLine.objects.filter(
            run=run, invoice__in=invoices, level__gt=0, reason=""
        )
        return lines.exclude(no_fee=reason).update(no_fee=reason)


def keep_reason(run: Run, reason: str) -> None:
    """Why the run goes on although the bank's data is old, kept with its draft."""
    with transaction.atomic():
        _hold_draft(run)
        Run.objects.filter(pk=run.pk).update(stale_reason=reason)
    run.stale_reason = reason


def _hold_draft(run: Run) -> None:
    """Hold the run for this transaction; RunRefusal when it is no draft any more."""
    held = Run.objects.select_for_update(of=("self",)).filter(
        pk=run.pk, state=Run.State.DRAFT
    )
    if not held.values_list("pk"):
        raise RunRefusal(_("The run is no longer a draft."))
