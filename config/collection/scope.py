"""What a collection file is about: a client, or one invoice of it.

The file of an invoice has only what concerns that invoice. A letter that reminds of
several is in it as it left; statements of the whole account are not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from billing.models import Bill, CounterEntry, Credit, Invoice, InvoiceMark
from delivery.models import Document, Message
from dunning.models import (
    Arrival,
    Charge,
    ChargeEvent,
    Decision,
    Hold,
    LevelChange,
    Notice,
    NoticeLine,
    PaymentPlan,
    Withdrawal,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Model, QuerySet

    from clients.models import Client


@dataclass(frozen=True, slots=True)
class Scope:
    """A client and, for the file of one invoice, that invoice."""

    client: Client
    invoice: Invoice | None = None

    @property
    def title(self) -> str:
        """What the file is called after."""
        return self.invoice.number if self.invoice else self.client.number

    def documents(self) -> QuerySet[Document]:
        """Their papers, as they were archived, oldest first."""
        rows = Document.objects.filter(client=self.client)
        return rows.filter(self._papers()).order_by("created_at", "pk")

    def messages(self) -> QuerySet[Message]:
        """What was written about them, oldest first."""
        rows = Message.objects.filter(client=self.client)
        return rows.filter(self._papers()).order_by("created_at", "pk")

    def invoices(self) -> QuerySet[Invoice]:
        """The invoices, oldest first."""
        rows = Invoice.objects.filter(client=self.client)
        return rows.filter(self._only(pk=self._key)).order_by("issued_on", "pk")

    def reminders(self) -> QuerySet[NoticeLine]:
        """The lines of reminders, oldest first."""
        rows = NoticeLine.objects.filter(notice__client=self.client)
        return rows.filter(self._only(invoice=self._key)).order_by("pk")

    def charges(self) -> QuerySet[Charge]:
        """Fees and interest, oldest first; of an invoice those of its letters, too."""
        rows = Charge.objects.filter(client=self.client).order_by("pk")
        if self.invoice is None:
            return rows
        of_letters = Q(invoice=None, notice__in=self._notices())
        return rows.filter(Q(invoice=self.invoice) | of_letters)

    def events(self, model: type[Model], rows: QuerySet[Any, Any]) -> Any:
        """Of the client's events of one kind, those that are in the file.

        Statements and changes of the client are about no single invoice.
        """
        if self.invoice is None:
            return rows
        ways: dict[type[Model], Q] = {
            Invoice: Q(pk=self._key),
            Credit: Q(pk__in=self._credits()),
            CounterEntry: Q(credit__in=self._credits()),
            InvoiceMark: Q(invoice=self._key),
            Hold: Q(invoice=self._key) | Q(invoice=None),
            PaymentPlan: Q(invoices__invoice=self._key),
            LevelChange: Q(invoice=self._key),
            Decision: Q(invoice=self._key),
            Notice: Q(pk__in=self._notices()),
            Arrival: Q(notice__in=self._notices()),
            Withdrawal: Q(notice__in=self._notices()),
            ChargeEvent: Q(charge__in=self.charges()),
            Message: self._papers(),
        }
        wanted = ways.get(model)
        return rows.none() if wanted is None else rows.filter(wanted)

    @property
    def _key(self) -> int | None:
        return self.invoice.pk if self.invoice else None

    def _only(self, **wanted: Any) -> Q:
        """A condition that counts for the file of one invoice only."""
        return Q(**wanted) if self.invoice else Q()

    def _papers(self) -> Q:
        """Kind and number of the papers about the invoice."""
        if self.invoice is None:
            return Q()
        bills = Bill.objects.filter(
            Q(pk=self.invoice.bill_id) | Q(corrects=self.invoice)
        )
        reminding = [Document.Kind.NOTICE, Document.Kind.WITHDRAWAL]
        papers = Q(kind__in=reminding, number__in=self._numbers())
        for kind, number in bills.values_list("kind", "number"):
            papers |= Q(kind=kind, number=number)
        return papers

    def _notices(self) -> QuerySet[NoticeLine, int]:
        lines = NoticeLine.objects.filter(invoice=self._key)
        return lines.values_list("notice_id", flat=True)

    def _numbers(self) -> Iterable[str]:
        lines = NoticeLine.objects.filter(invoice=self._key)
        return lines.values_list("notice__number", flat=True)

    def _credits(self) -> QuerySet[Credit, int]:
        rows = Credit.objects.filter(allocations__invoice=self._key)
        return rows.order_by().values_list("pk", flat=True)
