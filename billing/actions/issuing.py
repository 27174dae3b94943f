"""Makes a bill of a draft: numbered, frozen, receivable, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from billing.actions.holding import hold_clients
from billing.actions.ledger import LedgerRefusal, allocate, record_credit
from billing.actions.numbering import NumberRefusal, take_numbers
from billing.billing_settings import rates_by_code
from billing.composing import compose
from billing.corrected import parts_of, whole_of
from billing.issuable import problems_of
from billing.models import (
    Bill,
    BillKind,
    BillLine,
    BillVat,
    Credit,
    Draft,
    Invoice,
    Occurrence,
)
from billing.numbers import borne_already, series_of
from billing.rules.money import money
from billing.seals import seal_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from billing.composing import Composed


class IssueRefusal(LedgerRefusal):
    """A draft that cannot be issued: `problems` says why, a sentence each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = list(problems)
        super().__init__(" ".join(self.problems))


def issue_draft(draft: Draft, *, today: date, person: Any, version: int) -> Bill:
    """Issue a draft as it was at a version: all of it in one transaction.

    The same draft again gives the bill that was made of it. Raises IssueRefusal,
    and nothing has happened then.
    """
    try:
        return _issue(draft, today, person, version)
    except IntegrityError:
        # Somebody recorded an invoice with our number: now it is seen and named.
        return _issue(draft, today, person, version)


@transaction.atomic
def _issue(draft: Draft, today: date, person: Any, version: int) -> Bill:
    # One bill of a client after the other: their corrections are counted under it.
    drafts = Draft.objects.filter(pk=draft.pk)
    held = list(drafts.values_list("client_id", flat=True))
    hold_clients(held)
    rows = drafts.select_for_update().prefetch_related("lines", "instalments")
    locked = rows.first()
    if locked is None:
        return _made_before(draft)
    if locked.version != version or locked.client_id not in held:
        raise IssueRefusal([_("Somebody changed the draft meanwhile; look again.")])
    content = _numbered(locked, today)
    _store(content, person)
    if content.bill.kind == BillKind.CREDIT_NOTE:
        _settle(content.bill, person)
    Occurrence.objects.filter(draft=locked).update(
        draft=None, bill=content.bill, problem=""
    )
    locked.delete()
    return content.bill


def _made_before(draft: Draft) -> Bill:
    if bill := Bill.objects.filter(key=draft.key).first():
        return bill
    raise IssueRefusal([_("Somebody discarded the draft meanwhile.")])


def _numbered(draft: Draft, today: date) -> Composed:
    """The whole bill with its number; raises IssueRefusal with every problem."""
    on = draft.issued_on or today
    series = series_of(draft.kind)
    rates = rates_by_code()
    problems = problems_of(draft, today, rates)
    try:
        [number] = take_numbers(series, on.year, on=on)
    except NumberRefusal as refusal:
        raise IssueRefusal([*problems, str(refusal)]) from None
    if problems:
        raise IssueRefusal(problems)
    content = compose(draft, today, number, rates)
    numbers = [number, *(invoice.number for invoice in content.invoices)]
    if problems := borne_already(series, numbers):
        raise IssueRefusal(problems)
    return content


def _store(content: Composed, person: Any) -> None:
    content.bill.created_by = person
    for invoice in content.invoices:
        invoice.created_by = person
    content.bill.seal = seal_of(content)
    content.bill.save(force_insert=True)
    BillLine.objects.bulk_create(content.lines)
    BillVat.objects.bulk_create(content.vat_rows)
    Invoice.objects.bulk_create(content.invoices)


def _settle(bill: Bill, person: Any) -> None:
    """Book what a credit note gives, first of all to the invoice that it corrects."""
    amount = money(bill.total, bill.currency)
    credit = record_credit(
        bill.client,
        Credit.Kind.CREDIT_NOTE,
        amount,
        dated_on=bill.issued_on,
        reference=bill.corrects.number if bill.corrects else "",
        number=bill.number,
        bill=bill,
        person=person,
    )
    if bill.corrects:
        rows = whole_of(bill.corrects).select_for_update().order_by("pk")
        allocate(credit, {row.pk: part for row, part in parts_of(rows, amount)})
