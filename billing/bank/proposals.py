"""What is proposed for bank entries, ready to be shown: names, numbers, reasons."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from moneyed import Money

from billing.bank.matching import matches, returned, takes_back
from billing.bank.wording import CONFIDENCES, RETURNS, founded_on
from billing.models import Credit, Invoice
from billing.rules.allocation import Proposal, Reason
from billing.rules.matching.matcher import Confidence
from billing.rules.money import money, plain
from clients.models import Client

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing.models import BankEntry
    from billing.rules.matching.matcher import Match
    from billing.rules.returns import Returned

BY_REFERENCE = {
    *("reference", "letter", "number", "numbers", "number_part", "number_over"),
}


@dataclass(frozen=True, slots=True)
class ProposedPart:
    """What an invoice would get, and the discount that would settle its rest."""

    invoice_id: int
    number: str
    amount: Money
    discount: Money | None

    @property
    def plain(self) -> str:
        """The amount as a form sends it."""
        return plain(self.amount)


@dataclass(frozen=True, slots=True)
class Proposed:
    """An entry with what is proposed for it: a payment, a return, or nothing."""

    entry: BankEntry
    confidence: str
    reason: str
    client: Client | None = None
    parts: list[ProposedPart] = field(default_factory=list)
    left: Money | None = None
    credit: Credit | None = None
    match: Match | None = None

    @property
    def sure(self) -> str:
        """How sure it is, in a word."""
        return str(CONFIDENCES[self.confidence])

    @property
    def acceptable(self) -> bool:
        """Whether one key is enough."""
        return bool(self.credit or (self.client and self.parts))

    @property
    def going_out(self) -> bool:
        """Whether money went out."""
        return takes_back(self.entry)

    @property
    def paid(self) -> Money:
        """What the payer paid, with what banks kept back of it."""
        charges = money(self.entry.charges, self.entry.currency)
        return money(self.entry.amount, self.entry.currency) + charges


def proposals(entries: Sequence[BankEntry]) -> list[Proposed]:
    """The proposals for entries, in their order; as many questions for any number."""
    back = returned(entries)
    matched = matches([entry for entry in entries if entry.pk not in back])
    invoices = dict(
        Invoice.objects.filter(
            pk__in={part.invoice_id for m in matched.values() for part in m.parts}
        ).values_list("pk", "number")
    )
    clients = Client.objects.in_bulk(
        {m.client_id for m in matched.values() if m.client_id}
    )
    credits_ = Credit.objects.select_related("client").in_bulk(
        {r.credit_id for r in back.values() if r.credit_id}
    )
    return [
        _return(entry, back[entry.pk], credits_)
        if entry.pk in back
        else _payment(entry, matched[entry.pk], clients, invoices)
        for entry in entries
    ]


def suggested(proposed: Proposed) -> list[Proposal]:
    """The parts as the form of a payment takes them."""
    if proposed.match is None:
        return []
    reason = Reason.REFERENCE if proposed.match.reason in BY_REFERENCE else None
    reason = reason or (Reason.SUM if len(proposed.parts) > 1 else Reason.AMOUNT)
    return [Proposal(part.invoice_id, part.amount, reason) for part in proposed.parts]


def _payment(
    entry: BankEntry, match: Match, clients: dict[int, Client], numbers: dict[int, str]
) -> Proposed:
    left = match.detail.get("left")
    return Proposed(
        entry,
        match.confidence.value,
        founded_on(match),
        clients.get(match.client_id or 0),
        [
            ProposedPart(
                part.invoice_id, numbers[part.invoice_id], part.amount, part.discount
            )
            for part in match.parts
        ],
        left=left if isinstance(left, Money) and left else None,
        match=match,
    )


def _return(entry: BankEntry, found: Returned, credits_: dict[int, Credit]) -> Proposed:
    credit = credits_.get(found.credit_id or 0)
    named = found.reason in {"bank_reference", "end_to_end", "reference"}
    confidence = Confidence.HIGH if named else Confidence.LOW
    return Proposed(
        entry,
        (confidence if credit else Confidence.NONE).value,
        str(RETURNS[found.reason]),
        credit.client if credit else None,
        credit=credit,
    )
