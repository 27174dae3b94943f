"""Writes down what follows for an invoice after its last level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from billing.actions.holding import hold_client_of
from billing.models import Invoice
from dunning.facts.levels import current_cycles
from dunning.models import Decision

if TYPE_CHECKING:
    from datetime import date


class DecisionRefusal(Exception):
    """Nothing is left to decide; the text says why, to the person."""


def decide(
    invoice: Invoice,
    kind: str,
    *,
    on: date,
    again_on: date | None,
    reason: str,
    person: Any = None,
) -> Decision:
    """Decide about an open invoice: it leaves the list until that day, or for good.

    The same decision sent twice is the one that is there.
    """
    with transaction.atomic():
        hold_client_of(invoice)
        if not Invoice.objects.filter(pk=invoice.pk, open__above_zero=True).exists():
            raise DecisionRefusal(_("The invoice is paid."))
        begun = current_cycles([invoice.pk]).get(invoice.pk)
        last = Decision.objects.filter(invoice=invoice).first()
        made = Decision(
            invoice=invoice,
            kind=kind,
            cycle=begun.cycle if begun else 1,
            decided_on=on,
            again_on=again_on,
            reason=reason,
            person=person,
        )
        if last and _says(last) == _says(made):
            return last
        made.save(force_insert=True)
    return made


def _says(decision: Decision) -> tuple[Any, ...]:
    row = decision
    return (row.kind, row.cycle, row.decided_on, row.again_on, row.reason)
