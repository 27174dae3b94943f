"""Reads whether a letter may still be corrected, and why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from clients.templatetags.format import day
from delivery.models import Message
from dunning.facts.undelivered import left_or_leaving
from dunning.facts.withdrawals import in_the_way, words_of
from dunning.models import Arrival, Charge, Withdrawal

if TYPE_CHECKING:
    from dunning.models import Notice


def why_not_edit(notice: Notice) -> str:
    """Why the letter cannot be corrected any more; empty when it can.

    What a client has had, or may have, is withdrawn and never changed.
    """
    withdrawals = Withdrawal.objects.select_related("person")
    if withdrawn := withdrawals.filter(notice=notice).first():
        return words_of(withdrawn)
    posted = Arrival.objects.filter(notice=notice, how=Arrival.How.POST).first()
    if posted:
        return _("The reminder was posted on %(day)s: it can only be withdrawn.") % {
            "day": day(posted.on)
        }
    states = set(left_or_leaving([notice.number]).values_list("state", flat=True))
    if Message.State.SENT in states:
        return _("The reminder has been sent: it can only be withdrawn.")
    if states:
        return _("The reminder is leaving, or may have left: it can only be withdrawn.")
    if obstacles := in_the_way(notice):
        return _("Something was done to its invoices since: %(list)s.") % {
            "list": ", ".join(row.words for row in obstacles)
        }
    return ""


def fee_for_letter(notice: Notice) -> bool:
    """Whether its fee is for the letter, not for each invoice on it."""
    charges = Charge.objects.filter(notice=notice, kind=Charge.Kind.FEE)
    return charges.filter(invoice=None).exists()
