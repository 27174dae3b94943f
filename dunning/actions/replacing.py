"""Corrects a letter that has not left: another one takes its place (B18).

Frozen rows stay frozen. The first letter is withdrawn, with its lines and charges;
the corrected one has a number of its own and belongs to the same run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.timezone import localdate

from billing.actions.numbering import take_numbers
from delivery.models import Document, Message
from dunning.actions.charging import Row, insert_charges
from dunning.actions.letters import queue_letters
from dunning.actions.levels import bring_in_line, hold_letters
from dunning.actions.notices import SERIES
from dunning.actions.withdrawing import withdraw_notices
from dunning.correcting import EditRefusal, corrected
from dunning.facts.editing import fee_for_letter, why_not_edit
from dunning.models import Charge, Notice, NoticeLine, Withdrawal

if TYPE_CHECKING:
    from dunning.correcting import Edit


def replace_notice(notice: Notice, edit: Edit, person: Any) -> Notice:
    """Issue the corrected letter in place of one that has not left.

    Raises EditRefusal. Under the locks under which letters leave; who comes second
    meets the withdrawal. An e-mail that waited in the outbox waits for the new one.
    """
    with transaction.atomic():
        hold_letters([notice.pk])
        if reason := why_not_edit(notice):
            raise EditRefusal(reason)
        waiting = _waits(notice)
        lines = list(notice.lines.filter(withdrawn_at=None).order_by("pk"))
        [number] = take_numbers(SERIES, notice.run_on.year)
        made, rows = corrected(
            notice, lines, edit, number=number, one_fee=fee_for_letter(notice)
        )
        withdraw_notices(
            [notice.pk],
            cause=Withdrawal.Cause.REPLACED,
            reason=edit.reason,
            person=person,
        )
        made.save(force_insert=True)
        for row in rows:
            row.notice = made
        NoticeLine.objects.bulk_create(rows)
        _charge_again(notice, made, rows, edit)
        bring_in_line([row.invoice_id for row in rows])
        if waiting:
            queue_letters(notice.run, person)
        return made


def _charge_again(
    notice: Notice, made: Notice, rows: list[NoticeLine], edit: Edit
) -> None:
    """What the first letter charged, without what was taken off or waived."""
    stay = {None, *(row.invoice_id for row in rows)}
    left_out = Charge.Kind.FEE if edit.no_fee else ""
    charges = [
        Row(
            made.pk,
            made.client_id,
            old.invoice_id,
            old.cycle,
            old.kind,
            old.dated_on,
            old.currency,
            old.amount.amount,
            old.amount.amount,
            old.detail,
        )
        for old in Charge.objects.filter(notice=notice).order_by("pk")
        if old.invoice_id in stay and old.kind != left_out
    ]
    if charges:
        insert_charges(notice.run, charges, localdate())


def _waits(notice: Notice) -> bool:
    """Whether the e-mail with the first letter waits in the outbox."""
    states = [Message.State.QUEUED, Message.State.CLAIMED]
    return Message.objects.filter(
        kind=Document.Kind.NOTICE, number=notice.number, state__in=states
    ).exists()
