"""Undoes a whole run: every letter of it that counts still, or none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from dunning.actions.levels import hold_letters
from dunning.actions.withdrawing import withdraw_notices
from dunning.facts.undoing import left_of, standing_letters
from dunning.models import Withdrawal

if TYPE_CHECKING:
    from dunning.facts.charges import PaidPart
    from dunning.facts.withdrawals import Return
    from dunning.models import Run


@dataclass(frozen=True, slots=True)
class Undone:
    """What undoing a run did, by this call; nothing where it was undone before.

    `cancelled` letters never leave, `withdrawn` ones (keys) had left or may have.
    What was paid of fees stays paid until a person releases it.
    """

    cancelled: int
    withdrawn: tuple[int, ...]
    returns: tuple[Return, ...]
    paid: tuple[PaidPart, ...]


def undo_run(run: Run, reason: str, person: Any) -> Undone:
    """Take back all letters of a run; WithdrawRefusal names what is in the way.

    Under the locks under which letters leave: one that is handed over at the same
    moment either has left, and is counted so, or never will.
    """
    with transaction.atomic():
        standing = standing_letters(run)
        hold_letters(list(standing.values_list("pk", flat=True)))
        gone = left_of(standing)
        taken = withdraw_notices(
            list(standing.values_list("pk", flat=True)),
            cause=Withdrawal.Cause.WITHDRAWN,
            reason=reason,
            person=person,
        )
        left = tuple(pk for pk in taken.letters if pk in gone)
        return Undone(len(taken.letters) - len(left), left, taken.returns, taken.paid)
