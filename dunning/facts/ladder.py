"""Reads the levels of an invoice's policy with those it has reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dunning.facts.levels import current_cycles
from dunning.facts.policies import policies_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing.models import Invoice
    from dunning.facts.history import HistoryLine


@dataclass(frozen=True, slots=True)
class Rung:
    """A level of the policy; the reminder that reached it, where one did."""

    level: int
    name: str
    reached: bool
    current: bool
    is_next: bool
    reminder: HistoryLine | None


def ladder(invoice: Invoice, history: Sequence[HistoryLine]) -> list[Rung]:
    """The levels in order, the current one marked; of the current cycle only.

    A level that a person set, or that was skipped by that, has no reminder.
    """
    begun = current_cycles([invoice.pk]).get(invoice.pk)
    cycle = begun.cycle if begun else 1
    policy = policies_of(None, [invoice.client_id]).get(invoice.client_id)
    reminders = {
        row.line.level: row
        for row in history
        if row.line.cycle == cycle and not row.withdrawn
    }
    following = policy.after(invoice.level) if policy else None
    return [
        Rung(
            level.position,
            level.name,
            level.position <= invoice.level,
            level.position == invoice.level,
            level is following,
            reminders.get(level.position),
        )
        for level in (policy.levels if policy else ())
    ]
