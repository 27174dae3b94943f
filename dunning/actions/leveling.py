"""Sets the level of an invoice by hand, without a letter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from billing.actions.holding import hold_client_of
from billing.models import Invoice
from dunning.actions.levels import bring_in_line
from dunning.facts.levels import current_cycles
from dunning.models import LevelChange

if TYPE_CHECKING:
    from datetime import date


class LevelRefusal(Exception):
    """The level cannot be set; the text says why, to the person."""


def set_level(
    invoice: Invoice,
    level: int,
    *,
    seen: int,
    reason: str,
    deadline_on: date | None = None,
    person: Any = None,
) -> LevelChange:
    """Begin a new cycle at a level; its deadline stays unless another one is given.

    `seen` is the level that the person looked at: raises LevelRefusal when it is
    another one by now, or the invoice is paid.
    """
    with transaction.atomic():
        hold_client_of(invoice)
        current = Invoice.objects.select_for_update(of=("self",)).get(pk=invoice.pk)
        if not current.open:
            raise LevelRefusal(_("The invoice is paid."))
        if current.level != seen:
            raise LevelRefusal(
                _("The level is %(level)s meanwhile. Look at it again.")
                % {"level": current.level}
            )
        begun = current_cycles([current.pk]).get(current.pk)
        change = LevelChange.objects.create(
            invoice=current,
            cycle=(begun.cycle if begun else 1) + 1,
            level_before=current.level,
            level=level,
            deadline_on=deadline_on or current.deadline_on,
            reason=reason,
            at=timezone.now(),
            person=person,
        )
        bring_in_line([current.pk])
    return change
