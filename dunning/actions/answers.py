"""Confirms or declines what a recipient answered on its page: a person decides, once.

Nothing here changes a balance. What is confirmed becomes what a person could have
entered: a hold, a promise or a dispute of each invoice, and is taken back as those are.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from billing.actions.holding import hold_clients
from billing.actions.ledger import LedgerRefusal
from billing.actions.marks import mark_invoice
from billing.models import InvoiceMark
from dunning.actions.holds import hold
from dunning.claims import claim_of
from dunning.facts.answers import invoices_of
from dunning.models import Hold
from statements.models import Answer

if TYPE_CHECKING:
    from datetime import date

    from billing.models import Invoice

State, Kind = Answer.State, Answer.Kind


class AnswerRefusal(Exception):
    """An answer that cannot be decided so; the text says why, to the person."""


def confirm_answer(
    answer: Answer, today: date, *, until: date | None, note: str, person: Any
) -> int:
    """Have it hold from today; says of how many invoices.

    Those paid meanwhile need nothing. A promise is of the day it was given, so that
    one already broken counts as broken. Raises AnswerRefusal when somebody was first.
    """
    with transaction.atomic():
        hold_clients([answer.client_id])
        _decide(answer, State.CONFIRMED, note, person)
        invoices = [row for row in invoices_of(answer) if row.open]
        for invoice in invoices:
            if answer.kind == Kind.DISPUTE:
                _dispute(answer, invoice, today, until, person)
            elif answer.kind == Kind.PROMISE:
                _promise(answer, invoice, person)
            else:
                _wait_for_payment(answer, invoice, today, until, person)
    return len(invoices)


def decline_answer(answer: Answer, *, note: str, person: Any) -> None:
    """It stands against nothing any more: reminders go on.

    Raises AnswerRefusal when somebody was first.
    """
    _decide(answer, State.DECLINED, note, person)


def _decide(answer: Answer, state: Answer.State, note: str, person: Any) -> None:
    """Whoever comes second changes nothing, and is told so."""
    decided = Answer.objects.filter(pk=answer.pk, state=State.PENDING).update(
        state=state, decided_at=timezone.now(), decided_by=person, note=note
    )
    if not decided:
        raise AnswerRefusal(_("Somebody has decided on this answer already."))


def _wait_for_payment(
    answer: Answer, invoice: Invoice, today: date, until: date | None, person: Any
) -> None:
    hold(
        invoice.client,
        invoice,
        Hold.Kind.HOLD,
        since=today,
        until=until,
        reason=claim_of(answer),
        person=person,
    )


def _promise(answer: Answer, invoice: Invoice, person: Any) -> None:
    given_on = localtime(answer.created_at).date()
    hold(
        invoice.client,
        invoice,
        Hold.Kind.PROMISE,
        since=min(given_on, answer.day or given_on),
        until=answer.day,
        reason=claim_of(answer),
        person=person,
    )


def _dispute(
    answer: Answer, invoice: Invoice, today: date, until: date | None, person: Any
) -> None:
    """A dispute that a person entered before goes on as it is."""
    with suppress(LedgerRefusal):
        mark_invoice(
            invoice,
            InvoiceMark.Kind.DISPUTED,
            today,
            claim_of(answer),
            person,
            until=until,
        )
