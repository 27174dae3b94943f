"""Reads what a recipient sees: the invoices of the document, as they stand now.

Everything is asked for by the document's own client as well as by the invoices it is
about, so that no page can show anything of another one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.timezone import localdate

from billing.models import Invoice, InvoiceMark
from billing.models.invoice import standing
from billing.online.due import parts_of, underway
from billing.rules.money import money, total
from clients.bulk import batches
from delivery.models import Document
from statements.models import Answer, AnswerPart
from statements.recipient.reach import invoices_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from moneyed import Money


@dataclass(frozen=True, slots=True)
class Owed:
    """One invoice of the document as it stands now."""

    pk: int
    number: str
    issued_on: date
    due_on: date
    total: Money
    open: Money
    reference: str
    disputed: Money
    # What the recipient said of it that nobody has decided on yet.
    answer: str
    # A payment was sent off, and waits for its confirmation.
    underway: bool
    has_pdf: bool

    @property
    def is_late(self) -> bool:
        """Whether its due date has passed."""
        return self.due_on < localdate()

    @property
    def asked(self) -> Money:
        """What ticking it pays: what is not disputed, or else all of it."""
        return self.open - self.disputed or self.open

    @property
    def is_asked(self) -> bool:
        """Whether something of it is asked for: neither disputed nor on its way."""
        return self.open > self.disputed and not self.underway

    @property
    def is_ticked(self) -> bool:
        """Whether the payer finds it ticked: not where they said that it is settled."""
        return self.is_asked and self.answer in {"", Answer.Kind.PROMISE}


@dataclass(frozen=True, slots=True)
class Account:
    """What the document's invoices come to in one currency; `due` is asked for now."""

    currency: str
    open_ones: Sequence[Owed]
    paid_ones: Sequence[Owed]
    due: Money

    @property
    def open(self) -> Money:
        """What is open on the invoices together."""
        return total((one.open for one in self.open_ones), self.currency)

    @property
    def disputed(self) -> Money:
        """What the client disputes of them."""
        return total((one.disputed for one in self.open_ones), self.currency)

    @property
    def underway(self) -> Money:
        """What was paid online, and is not confirmed yet."""
        sent = (one for one in self.open_ones if one.underway)
        return total((one.open - one.disputed for one in sent), self.currency)

    @property
    def set_off(self) -> Money:
        """What the client's credits cover that were not put to any invoice yet."""
        return self.open - self.disputed - self.underway - self.due

    @property
    def oldest_due_on(self) -> date | None:
        """The due date of the oldest open invoice."""
        return self.open_ones[0].due_on if self.open_ones else None


def accounts(document: Document) -> list[Account]:
    """What is due of the document's invoices by currency, those with open ones first.

    The number of queries does not depend on how many invoices there are.
    """
    found = owed(document)
    codes = sorted({one.open.currency.code for one in found})
    made = [
        _account(
            document.client_id,
            code,
            [one for one in found if one.open.currency.code == code],
        )
        for code in codes
    ]
    return sorted(made, key=lambda account: (not account.open_ones, account.currency))


def owed(document: Document) -> list[Owed]:
    """The document's invoices as they stand now, oldest due first."""
    rows = [
        row
        for some in batches(invoices_of(document))
        for row in Invoice.objects.filter(pk__in=some, client=document.client_id)
        .order_by()
        .values_list(
            *("pk", "number", "issued_on", "due_on", "currency", "total", "open"),
            *("reference", "bill__number"),
        )
    ]
    keys = [row[0] for row in rows if row[6]]
    disputed, answered, sent = _disputed(keys), _answers(keys), _underway(keys)
    papers = _papers(document.client_id)
    made = [
        Owed(
            pk=pk,
            number=number,
            issued_on=issued_on,
            due_on=due_on,
            total=money(whole, code),
            open=money(left, code),
            reference=reference,
            disputed=min(disputed.get(pk, money(0, code)), money(left, code)),
            answer=answered.get(pk, ""),
            underway=pk in sent,
            has_pdf=bill in papers,
        )
        for pk, number, issued_on, due_on, code, whole, left, reference, bill in rows
    ]
    return sorted(made, key=lambda one: (one.due_on, one.issued_on, one.number))


def invoice_paper(document: Document, invoice: int) -> Document | None:
    """The archived PDF of an invoice that the document is about."""
    if invoice not in invoices_of(document):
        return None
    number = Invoice.objects.filter(pk=invoice, client=document.client_id).values_list(
        "bill__number", flat=True
    )
    return (
        Document.objects.filter(
            kind=Document.Kind.INVOICE,
            client=document.client_id,
            number__in=number,
        )
        .order_by()
        .first()
    )


def _account(client: int, code: str, found: Sequence[Owed]) -> Account:
    left = [one for one in found if one.open]
    asked = {one.pk for one in left if one.is_asked}
    parts = parts_of(client, asked, code) if asked else []
    return Account(
        currency=code,
        open_ones=left,
        paid_ones=[one for one in found if not one.open],
        due=total((part.amount for part in parts), code),
    )


def _disputed(invoices: Iterable[int]) -> dict[int, Money]:
    """What is disputed of invoices today; of a whole one, all that is open."""
    found = {}
    for some in batches(invoices):
        rows = InvoiceMark.objects.filter(
            standing(localdate()), kind="disputed", invoice__in=some
        )
        for invoice, part, left, code in rows.values_list(
            "invoice_id", "amount", "invoice__open", "invoice__currency"
        ):
            found[invoice] = money(left if part is None else part, code)
    return found


def _answers(invoices: Iterable[int]) -> dict[int, str]:
    """The latest answer to each invoice that nobody has decided on yet."""
    found: dict[int, str] = {}
    for some in batches(invoices):
        rows = AnswerPart.objects.filter(
            invoice__in=some, answer__state=Answer.State.PENDING
        ).order_by("answer_id")
        found |= dict(rows.values_list("invoice_id", "answer__kind"))
    return found


def _underway(invoices: Sequence[int]) -> set[int]:
    return {pk for some in batches(invoices) for pk in underway(some)}


def _papers(client: int) -> set[str]:
    """The numbers of the client's invoices whose PDF is in the archive."""
    rows = Document.objects.filter(kind=Document.Kind.INVOICE, client=client)
    return set(rows.order_by().values_list("number", flat=True))
