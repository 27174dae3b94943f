"""Writes drafts of invoices and credit notes: no number is given, nothing is owed."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import override

from billing.actions.holding import hold_clients
from billing.actions.ledger import LedgerRefusal
from billing.billing_settings import all_vat_rates, terms_days_of, untaxed_code
from billing.drafts import begun_corrections, left_to_correct
from billing.models import (
    Bill,
    BillKind,
    Draft,
    DraftInstalment,
    DraftLine,
    Invoice,
    Recurrence,
)
from billing.recurrences import placeholder_problem
from billing.rules.bill import FIVE_RAPPEN
from billing.rules.money import money

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from clients.models import Client

HUNDRED = Decimal(100)


class DraftRefusal(LedgerRefusal):
    """A draft that is not stored, discarded or made; its text says why."""


def save_draft(
    draft: Draft,
    lines: Sequence[DraftLine],
    instalments: Sequence[DraftInstalment],
    *,
    version: int,
) -> Draft:
    """Store a new or changed draft with its lines, in the order given.

    A new one with a key that was stored before gives the one stored. Raises
    DraftRefusal when a changed one is no longer at the version that was read.
    """
    if draft.pk is None and (made := _made(draft.key)):
        return made
    try:
        with transaction.atomic():
            _store(draft, version)
            _replace_lines(draft, lines, instalments)
            _check_pattern(draft)
    except IntegrityError:
        # The same form was sent twice, and the other one came first.
        made = Draft.objects.filter(key=draft.key).first()
        if draft.pk is None and made:
            return made
        raise
    return draft


@transaction.atomic
def discard_draft(draft: Draft) -> None:
    """Delete a draft; raises DraftRefusal for the pattern of a recurring invoice."""
    if Recurrence.objects.filter(draft=draft).exists():
        raise DraftRefusal(_("A recurring invoice is made of this draft."))
    Draft.objects.filter(pk=draft.pk).delete()


def copy_bill(bill: Bill, person: Any, key: UUID | None = None) -> Draft:
    """A new draft with all that an issued bill says but its dates.

    The same `key` gives the same draft.
    """
    draft = _like(bill, person)
    draft.kind = BillKind.INVOICE
    draft.discount_percent = bill.discount_percent
    if bill.discount_until:
        draft.discount_days = (bill.discount_until - bill.issued_on).days
    if key:
        draft.key = key
    return save_draft(draft, _lines(bill), _instalments(bill), version=0)


def correction(invoice: Invoice, person: Any) -> Draft:
    """The draft of a credit note over all that was billed, to be cut down if need be.

    One that was begun is taken up again. Raises DraftRefusal when credit notes have
    taken everything back already.
    """
    if begun := begun_corrections(invoice).first():
        return begun
    if left_to_correct(invoice).amount <= 0:
        raise DraftRefusal(_("Credit notes have taken back all of this invoice."))
    bill = invoice.bill
    draft = _like(bill, person) if bill else _foreign(invoice, person)
    draft.kind = BillKind.CREDIT_NOTE
    draft.corrects = invoice
    draft.opening = draft.closing = ""
    with override(draft.language):
        number = bill.number if bill else invoice.number
        draft.title = _("Correction of invoice %(number)s") % {"number": number}
    lines = _lines(bill) if bill else [_open_line(invoice, draft)]
    return save_draft(draft, lines, [], version=0)


def new_draft(client: Client, person: Any) -> Draft:
    """What a new invoice of a client starts with; not stored."""
    return Draft(
        client=client,
        language=client.language,
        currency=client.currency,
        terms_days=terms_days_of(client),
        round_to_five=client.currency == "CHF",
        created_by=person,
    )


def _made(key: UUID) -> Draft | None:
    """The draft of this key; DraftRefusal when it has become a bill."""
    if Bill.objects.filter(key=key).exists():
        raise DraftRefusal(_("This draft has been issued already."))
    return Draft.objects.filter(key=key).first()


def _store(draft: Draft, version: int) -> None:
    """Insert the draft, or change it where nobody changed it since."""
    if hold_clients([draft.client_id]):
        raise DraftRefusal(_("The client was merged into another one."))
    if draft.pk is not None:
        same = Draft.objects.filter(pk=draft.pk, version=version)
        if not same.update(version=F("version") + 1):
            raise DraftRefusal(_("Somebody else has changed this draft meanwhile."))
        draft.version = version + 1
    draft.save()


def _replace_lines(
    draft: Draft, lines: Sequence[DraftLine], instalments: Sequence[DraftInstalment]
) -> None:
    """Put the given lines and instalments in the place of those stored."""
    draft.lines.all().delete()
    draft.instalments.all().delete()
    for position, line in enumerate(lines, start=1):
        line.pk, line.draft, line.position = None, draft, position
    for position, part in enumerate(instalments, start=1):
        part.pk, part.draft, part.position = None, draft, position
    DraftLine.objects.bulk_create(lines)
    DraftInstalment.objects.bulk_create(instalments)


def _check_pattern(draft: Draft) -> None:
    """Refuse words in the pattern of a recurring invoice that nobody can fill in."""
    # Read anew: the page has fetched the lines as they were.
    pattern = Draft.objects.filter(pk=draft.pk, recurrence__isnull=False).first()
    if pattern and (problem := placeholder_problem(pattern)):
        raise DraftRefusal(problem)


def _like(bill: Bill, person: Any) -> Draft:
    """A draft with the head of a bill."""
    first = bill.invoices.order_by("instalment").first()
    due_on = first.due_on if first else bill.due_on or bill.issued_on
    return Draft(
        client=bill.client,
        language=bill.language,
        currency=bill.currency,
        terms_days=(due_on - bill.issued_on).days,
        title=bill.title,
        opening=bill.opening,
        closing=bill.closing,
        order_reference=bill.order_reference,
        prices_include_vat=bill.prices_include_vat,
        # Where the total was rounded without a difference, it rounds to itself again.
        round_to_five=bill.currency == "CHF"
        and money(bill.total, "CHF").amount % FIVE_RAPPEN == 0,
        created_by=person,
    )


def _lines(bill: Bill) -> list[DraftLine]:
    return [
        DraftLine(
            description=line.description,
            quantity=line.quantity,
            unit=line.unit,
            price=line.price,
            discount_percent=line.discount_percent,
            vat_code=line.vat_code,
        )
        for line in bill.lines.order_by("position")
    ]


def _instalments(bill: Bill) -> list[DraftInstalment]:
    """The instalments of a bill as shares of its total; together a hundred."""
    parts = list(bill.invoices.filter(instalment__gt=0).order_by("instalment"))
    whole = money(bill.total, bill.currency).amount
    shares = [
        (money(part.total, bill.currency).amount * HUNDRED / whole).quantize(
            Decimal("0.01")
        )
        for part in parts[:-1]
    ]
    if parts:
        shares.append(HUNDRED - sum(shares))
    return [
        DraftInstalment(days=(part.due_on - bill.issued_on).days, percent=share)
        for part, share in zip(parts, shares, strict=True)
    ]


def _foreign(invoice: Invoice, person: Any) -> Draft:
    """A draft about an invoice of which only the amount is known."""
    client = invoice.client
    return Draft(
        client=client,
        language=client.language,
        currency=invoice.currency,
        prices_include_vat=True,
        created_by=person,
    )


def _open_line(invoice: Invoice, draft: Draft) -> DraftLine:
    """The open amount of an invoice in one line; the person chooses its VAT."""
    left = left_to_correct(invoice)
    open_ = money(invoice.open, invoice.currency)
    with override(draft.language):
        text = _("Invoice %(number)s") % {"number": invoice.number}
    return DraftLine(
        description=text,
        quantity=Decimal(1),
        price=(min(open_, left) if open_ else left).amount,
        vat_code=untaxed_code(all_vat_rates()),
    )
