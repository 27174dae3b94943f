"""Takes letters back: their invoices return to the level they had before.

The last one first, as levels were gained. Nothing is deleted: the letter, its lines
and its PDF stay, and say that they do not count any more. With the same number of
statements however many letters there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from clients.bulk import batches, insert_rows
from delivery.models import Document, Message
from dunning.actions.charging import withdraw_charges
from dunning.actions.levels import bring_in_line, hold_letters
from dunning.facts.undelivered import to_settle
from dunning.facts.withdrawals import consequences
from dunning.models import LineWithdrawal, Notice, NoticeLine, Withdrawal

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from django.db.models import QuerySet

    from dunning.facts.charges import PaidPart
    from dunning.facts.withdrawals import Obstacle, Return

Cause = Withdrawal.Cause
# In a sentence; the page lists them all.
NAMED = 8
WITHDRAWAL = ("notice_id", "cause", "reason", "at", "person_id")


class WithdrawRefusal(Exception):
    """The letter cannot be taken back; the text says why, `obstacles` list it."""

    def __init__(self, obstacles: list[Obstacle]) -> None:
        """Every invoice with what was done to it later and stands in the way."""
        named = [row.words for row in obstacles[:NAMED]]
        if len(obstacles) > NAMED:
            named.append("…")
        super().__init__(
            _("Later reminders have to be withdrawn first: %(list)s.")
            % {"list": ", ".join(named)}
        )
        self.obstacles = obstacles


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken back: letters by this call, and where their invoices are now.

    `paid` is what clients have paid of the fees and interest: it stays paid until a
    person releases it.
    """

    letters: tuple[int, ...] = ()
    returns: tuple[Return, ...] = ()
    paid: tuple[PaidPart, ...] = ()


def withdraw_notice(
    notice: Notice, *, cause: str, reason: str, person: Any
) -> Withdrawal:
    """Withdraw a letter, once; WithdrawRefusal while something later counts.

    A second call changes nothing and gives what the first one wrote.
    """
    with transaction.atomic():
        withdraw_notices([notice.pk], cause=cause, reason=reason, person=person)
        return Withdrawal.objects.select_related("person").get(notice=notice)


def withdraw_notices(
    notices: Collection[int], *, cause: str, reason: str, person: Any
) -> Taken:
    """Withdraw letters, all of them or none; those withdrawn already stay as they are.

    Raises WithdrawRefusal. What waits in the outbox does not leave any more.
    """
    with transaction.atomic():
        invoices = hold_letters(notices)
        standing = Notice.objects.filter(pk__in=notices, withdrawal=None)
        numbers = dict(standing.order_by("pk").values_list("pk", "number"))
        if not numbers:
            return Taken()
        lines = NoticeLine.objects.filter(notice__in=numbers)
        found = consequences(lines)
        _refuse(found.obstacles, by_person=cause == Cause.WITHDRAWN)
        now = timezone.now()
        lines.filter(withdrawn_at=None).update(withdrawn_at=now)
        paid = withdraw_charges(list(numbers), None, localdate(now), reason, person)
        _write(list(numbers), cause, reason, now, person)
        bring_in_line(invoices)
        _hold_mail_back(list(numbers.values()), reason, now, person)
        return Taken(tuple(numbers), tuple(found.returns), tuple(paid))


def withdraw_line(line: NoticeLine, *, reason: str, person: Any) -> Taken:
    """Take one invoice off a letter that has left; the letter counts for the others.

    With its last invoice the whole letter goes. A second call changes nothing.
    """
    with transaction.atomic():
        hold_letters([line.notice_id])
        others = NoticeLine.objects.filter(notice=line.notice_id, withdrawn_at=None)
        mine = others.filter(pk=line.pk)
        if not mine.exists():
            return Taken()
        if not others.exclude(pk=line.pk).exists():
            return withdraw_notices(
                [line.notice_id], cause=Cause.WITHDRAWN, reason=reason, person=person
            )
        found = consequences(mine)
        _refuse(found.obstacles, by_person=True)
        now = timezone.now()
        mine.update(withdrawn_at=now)
        LineWithdrawal.objects.create(
            line=line, reason=reason[:500], at=now, person=person
        )
        paid = withdraw_charges(
            [line.notice_id], [line.pk], localdate(now), reason, person
        )
        bring_in_line([line.invoice_id])
        return Taken((), tuple(found.returns), tuple(paid))


def _refuse(obstacles: list[Obstacle], *, by_person: bool) -> None:
    """A level set by hand since stands in the way of people only.

    It stays as it was set, whether the letter counts or not; one that cannot leave
    any more, or reached nobody, must not count for that reason.
    """
    counted = [row for row in obstacles if by_person or row.letter]
    if counted:
        raise WithdrawRefusal(counted)


def _write(
    notices: list[int], cause: str, reason: str, now: datetime, person: Any
) -> None:
    who = person and person.pk
    rows = ((notice, cause, reason[:500], now, who) for notice in notices)
    insert_rows(Withdrawal, WITHDRAWAL, rows)


def _hold_mail_back(
    numbers: list[str], reason: str, now: datetime, person: Any
) -> None:
    """What waits is overtaken; what did not arrive needs nobody any more.

    One that is being prepared asks before it leaves, and meets the withdrawal.
    """
    for some in batches(numbers):
        _waiting(some).update(
            state=Message.State.OVERTAKEN,
            error=_("The reminder was withdrawn. %(why)s")[:500]
            % {"why": reason[:400]},
            next_try_at=None,
        )
        to_settle(some).update(
            resolution=Message.Resolution.GIVEN_BACK,
            resolved_at=now,
            resolved_by=person,
        )


def _waiting(numbers: Collection[str]) -> QuerySet[Message]:
    return Message.objects.filter(
        kind=Document.Kind.NOTICE, number__in=numbers, state=Message.State.QUEUED
    )
