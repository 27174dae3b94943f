"""Takes a letter back: its invoices return to the level they had before.

The last one first, as levels were gained. Nothing is deleted: the letter, its lines
and its PDF stay, and say that they do not count any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dunning.actions.levels import bring_in_line, hold_letters
from dunning.facts.withdrawals import in_the_way
from dunning.models import NoticeLine, Withdrawal

if TYPE_CHECKING:
    from dunning.facts.withdrawals import Obstacle
    from dunning.models import Notice


class WithdrawRefusal(Exception):
    """The letter cannot be taken back; the text says why, `obstacles` list it."""

    def __init__(self, obstacles: list[Obstacle]) -> None:
        """Every invoice with what was done to it later and stands in the way."""
        super().__init__(
            _("Later reminders have to be withdrawn first: %(list)s.")
            % {"list": ", ".join(row.words for row in obstacles)}
        )
        self.obstacles = obstacles


def withdraw_notice(
    notice: Notice, *, cause: str, reason: str, person: Any
) -> Withdrawal:
    """Withdraw a letter, once; WithdrawRefusal while a later reminder counts.

    A second call changes nothing and gives what the first one wrote.
    """
    with transaction.atomic():
        invoices = hold_letters([notice.pk])
        if made := Withdrawal.objects.filter(notice=notice).first():
            return made
        if obstacles := in_the_way(notice):
            raise WithdrawRefusal(obstacles)
        now = timezone.now()
        NoticeLine.objects.filter(notice=notice, withdrawn_at=None).update(
            withdrawn_at=now
        )
        bring_in_line(invoices)
        return Withdrawal.objects.create(
            notice=notice, cause=cause, reason=reason[:500], at=now, person=person
        )
