"""What a payment settles of the invoices whose numbers it names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing.rules.matching.matches import Candidate, Confidence, Match, Payment
from billing.rules.money import total

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from billing.rules.matching.matches import Part
    from billing.rules.matching.numbers import Named

ORDER = list(Confidence)


def best(matches: Iterable[Match | None]) -> Match | None:
    """The surest of several, the first of equal ones."""
    found = [match for match in matches if match]
    return min(found, key=lambda m: ORDER.index(m.confidence), default=None)


@dataclass(frozen=True, slots=True)
class Group:
    """A number that was named with the invoices of the right currency that are open."""

    named: Named
    rows: list[Candidate]


class NamedInvoices:
    """The invoices named in one place, and the clients that may have paid."""

    def __init__(
        self,
        rows: Sequence[Candidate],
        named: Sequence[Named],
        where: str,
        payers: Sequence[int],
    ) -> None:
        # The same invoice may be named by its number and by its reference.
        once = {n.ids: n for n in reversed(named)}.values()
        self.named = {n: [rows[place] for place in n.ids] for n in once}
        self.payers = payers
        self.detail: dict[str, object] = {
            "numbers": [n.text for n in named],
            "where": where,
        }

    def match(self, payment: Payment) -> Match | None:
        """The proposal; None if what was named may as well be something else."""
        groups = []
        for named, rows in self.named.items():
            payable = [r for r in rows if r.is_open and r.currency == payment.currency]
            if payable:
                groups.append(Group(named, payable))
        if not groups:
            return self._unpayable(payment)
        return self._of_all(groups, payment)

    def _of_all(self, groups: Sequence[Group], payment: Payment) -> Match | None:
        if len(groups) > 1:
            return self._of_several(groups, payment)
        return self._of_one(groups[0], payment) if groups else None

    def _unpayable(self, payment: Payment) -> Match | None:
        told = [rows for named, rows in self.named.items() if not named.is_bare]
        rows = [row for group in told for row in group]
        if not rows:
            return None
        same = [row for row in rows if row.currency == payment.currency]
        return self._none("paid" if same else "currency", same or rows)

    def _of_one(self, group: Group, payment: Payment) -> Match | None:
        named = group.named
        fits = [row for row in group.rows if payment.fitting(row)]
        if len(fits) > 1 and not named.is_base:
            fits = self._by_payer(fits)
        if len(fits) == 1 or (fits and named.is_base):
            part = payment.fitting(fits[0])
            is_sure = len(fits) == 1
            confidence = Confidence.HIGH if is_sure else Confidence.LOW
            reason = "number" if is_sure else "instalment"
            return self._found(confidence, reason, fits[:1], (part,) if part else ())
        if named.is_bare:
            return None
        if fits:
            return self._none("ambiguous", fits)
        if named.is_base:
            return self._instalments(group.rows, payment)
        rows = self._by_payer(group.rows)
        return self._partly(rows, payment) if len(rows) == 1 else self._unsure(rows)

    def _instalments(self, rows: list[Candidate], payment: Payment) -> Match:
        """Of a bill named as a whole: all of its instalments, or the first ones."""
        if len({row.client_id for row in rows}) > 1:
            return self._unsure(rows)
        if parts := payment.settling(rows):
            return self._found(Confidence.HIGH, "numbers", rows, parts)
        parts = payment.filling(rows)
        return self._found(Confidence.LOW, "instalment", rows, parts)

    def _of_several(self, groups: Sequence[Group], payment: Payment) -> Match | None:
        rows = self._by_payer(_rows(groups))
        clients = {row.client_id for row in rows}
        if len(clients) == 1 and (parts := payment.settling(rows)):
            return self._found(Confidence.HIGH, "numbers", rows, parts)
        certain = [g for g in groups if not g.named.is_bare]
        if len(certain) < len(groups):
            # Few figures alone that do not come to the amount were something else.
            return self._of_all(certain, payment)
        if len(clients) > 1:
            return self._unsure(rows)
        fits = [row for row in rows if payment.fitting(row)]
        return self._partly(fits if len(fits) == 1 else rows, payment)

    def _partly(self, rows: list[Candidate], payment: Payment) -> Match:
        parts = payment.filling(rows)
        left = payment.paid - total((p.amount for p in parts), payment.currency)
        reason = "number_over" if left else "number_part"
        match = self._found(Confidence.LOW, reason, rows, parts)
        if left:
            match.detail["left"] = left
        return match

    def _by_payer(self, rows: list[Candidate]) -> list[Candidate]:
        """Of several clients' invoices those of the payer, if that is known."""
        if len({row.client_id for row in rows}) < 2:
            return rows
        return [row for row in rows if row.client_id in self.payers] or rows

    def _found(
        self,
        confidence: Confidence,
        reason: str,
        rows: Sequence[Candidate],
        parts: tuple[Part, ...],
    ) -> Match:
        return Match(confidence, reason, rows[0].client_id, parts, dict(self.detail))

    def _unsure(self, rows: Sequence[Candidate]) -> Match:
        return self._none("ambiguous", rows)

    def _none(self, reason: str, rows: Sequence[Candidate]) -> Match:
        clients = {row.client_id for row in rows}
        detail = {**self.detail, "invoices": [row.invoice_id for row in rows]}
        client = clients.pop() if len(clients) == 1 else None
        return Match(Confidence.NONE, reason, client, detail=detail)


def _rows(groups: Iterable[Group]) -> list[Candidate]:
    """Every invoice once, the oldest first as the groups have them."""
    found = {row.invoice_id: row for group in groups for row in group.rows}
    return sorted(found.values(), key=lambda r: (r.due_on, r.issued_on, r.number))
