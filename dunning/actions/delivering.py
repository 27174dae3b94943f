"""What delivery asks and tells of letters (`delivery/owners.py`).

A letter that is not right any more is not sent, and its levels are given back: the
next run reminds with the right amounts.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localdate

from dunning.actions.arriving import arrived_by_email, had_before, post_letters
from dunning.actions.levels import hold_letters
from dunning.actions.withdrawing import WithdrawRefusal, withdraw_notice
from dunning.facts.freshness import changes_of
from dunning.facts.withdrawals import words_of
from dunning.models import Notice, Withdrawal
from dunning.turns import sentences

if TYPE_CHECKING:
    from datetime import date

    from delivery.models import Message

Cause = Withdrawal.Cause


def why_not_send(message: Message) -> str:
    """What changed since the letter was issued, in plain words; nothing: it may leave.

    In the transaction that hands it over: whoever pays now waits until that is
    written, or was first. The levels of a letter that does not leave are given back;
    those of one that the client had already, or that a later one builds on, are not.
    """
    notice = _letter(message.number)
    if notice is None:
        return ""
    hold_letters([notice.pk])
    if withdrawn := Withdrawal.objects.filter(notice=notice).first():
        return words_of(withdrawn)
    [changes] = changes_of([notice], localdate()).values()
    reason = sentences(changes)
    if changes and not had_before(notice, message):
        with suppress(WithdrawRefusal):
            withdraw_notice(notice, cause=Cause.OVERTAKEN, reason=reason, person=None)
    return reason


def sent(message: Message, on: date) -> None:
    """The e-mail has left: a letter that comes late gets its days to pay from then."""
    if notice := _letter(message.number):
        arrived_by_email(notice, message, on)


def printed(number: str, on: date, person: Any) -> None:
    """Somebody posts the letter in place of its e-mail."""
    post_letters([number], on, person)


def give_back(number: str, person: Any) -> str:
    """The letter reached nobody: its invoices go back; or why they cannot."""
    notice = _letter(number)
    if notice is None:
        return ""
    try:
        withdraw_notice(notice, cause=Cause.UNDELIVERED, reason="", person=person)
    except WithdrawRefusal as refusal:
        return str(refusal)
    return ""


def _letter(number: str) -> Notice | None:
    return Notice.objects.select_related("run").filter(number=number).first()
