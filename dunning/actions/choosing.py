"""What a person decides about a draft besides its ticks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from billing.models import Invoice
from dunning import facts
from dunning.actions.guards import RunRefusal, lock_invoices
from dunning.actions.lines import write_lines
from dunning.models import Run, RunLine

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from dunning.models import Policy


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


def move_draft(run: Run, run_on: date, policy: Policy | None) -> None:
    """Propose the draft anew for another day or policy.

    What was unticked stays so, and who is to pay no fee. A run that a policy proposed
    by itself keeps its day.
    """
    with transaction.atomic():
        _hold_draft(run)
        if run.scheduled_id:
            raise RunRefusal(_("This run was proposed for its day; make a new one."))
        lock_invoices(Invoice.objects.filter(open__gt=0, due_on__lt=run_on))
        lines = RunLine.objects.filter(run=run)
        left = lines.filter(level__gt=0, selected=False)
        unticked = list(left.values_list("invoice_id", flat=True))
        plan = facts.plan(run_on, policy=policy, run=run)
        lines.delete()
        Run.objects.filter(pk=run.pk).update(run_on=run_on, policy=policy)
        run.run_on, run.policy = run_on, policy
        write_lines(run, plan)
        RunLine.objects.filter(run=run, invoice__in=unticked).update(selected=False)


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
