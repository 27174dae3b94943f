"""Which open invoices a transaction pays, how sure that is, and why.

From the surest to the least: a structured reference, invoice numbers named, a payer
that is known with a fitting amount, an amount that only one open invoice has. What
remains undecided proposes nothing; and nothing is ever matched across currencies.
"""

from __future__ import annotations

import re
from collections import defaultdict
from types import MappingProxyType
from typing import TYPE_CHECKING

from billing.rules.bank.references import compact, is_right, is_structured
from billing.rules.matching.matches import Candidate, Confidence, Match, Part, Payment
from billing.rules.matching.named import NamedInvoices, best
from billing.rules.matching.names import Names
from billing.rules.matching.numbers import Named, Numbers
from billing.rules.matching.sums import summing
from billing.rules.money import total

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from decimal import Decimal

    from billing.rules.bank.statement import Transaction

__all__ = ["Candidate", "Confidence", "Match", "Matcher", "Part"]

WRITTEN = re.compile(r"(?<![0-9])[0-9](?:\s?[0-9]){26}(?![0-9])|\bRF[0-9]{2}[A-Z0-9 ]+")
NONE: Mapping[str, Collection[int]] = MappingProxyType({})
# So many of a client's invoices are added up, the oldest first.
SUMMED = 200


class Matcher:
    """Matches transactions against open invoices; its indexes are built once."""

    def __init__(
        self,
        candidates: Iterable[Candidate],
        letters: Mapping[str, Collection[int]] = NONE,
    ) -> None:
        """`letters` are references of reminders, with the invoices behind each."""
        self.letters = letters
        # In this order ties are told and money is spread, whatever order they come in.
        self.rows = sorted(
            candidates, key=lambda c: (c.due_on, c.issued_on, c.number, c.invoice_id)
        )
        self.places = {row.invoice_id: n for n, row in enumerate(self.rows)}
        self.names = Names((c.client_name, c.client_id) for c in self.rows)
        self.numbers = Numbers((c.number, n) for n, c in enumerate(self.rows))
        self.of_reference: dict[str, list[Candidate]] = defaultdict(list)
        self.of_iban: dict[str, dict[int, None]] = defaultdict(dict)
        self.of_amount: dict[tuple[str, Decimal], list[Candidate]] = defaultdict(list)
        self.of_client: dict[tuple[int, str], list[Candidate]] = defaultdict(list)
        self.fits: dict[tuple[int, str, Decimal], list[Candidate]] = defaultdict(list)
        for row in self.rows:
            self._index(row)

    def _index(self, row: Candidate) -> None:
        if row.reference:
            self.of_reference[compact(row.reference)].append(row)
        if row.client_iban:
            self.of_iban[compact(row.client_iban)][row.client_id] = None
        if not row.is_open:
            return
        client, code, left = row.client_id, row.currency, row.open
        self.of_amount[code, left.amount].append(row)
        self.of_client[client, code].append(row)
        self.fits[client, code, left.amount].append(row)
        if row.discount:
            self.fits[client, code, (left - row.discount).amount].append(row)

    def match(self, transaction: Transaction) -> Match:
        """The best founded proposal; ties and doubts propose nothing."""
        if reason := _no_payment(transaction):
            return Match(Confidence.NONE, reason)
        payment = Payment.of(transaction)
        match = self._best(transaction, payment)
        settled = total((p.amount for p in match.parts), payment.currency)
        if settled != payment.paid and settled in payment.figures:
            match.detail["paid"] = settled
        return match

    def _best(self, transaction: Transaction, payment: Payment) -> Match:
        reference = compact(transaction.reference)
        if is_structured(reference):
            return self._by_reference(reference, payment, transaction)
        return (
            self._by_number(transaction, payment)
            or self._by_payer(transaction, payment)
            or self._by_amount(payment)
            or Match(Confidence.NONE, "nothing")
        )

    # --- references ----------------------------------------------------------

    def _by_reference(
        self, reference: str, payment: Payment, transaction: Transaction
    ) -> Match:
        detail: dict[str, object] = {"reference": reference}
        rows = self.of_reference.get(reference, [])
        if not rows and reference in self.letters:
            return self._by_letter(reference, payment)
        if not rows or not is_right(reference):
            reason = "unknown_reference" if is_right(reference) else "bad_reference"
            client = _only(self.of_iban.get(compact(transaction.iban), {}))
            return Match(Confidence.NONE, reason, client, detail=detail)
        client = _only(row.client_id for row in rows)
        same = [row for row in rows if row.currency == payment.currency]
        unpaid = [row for row in same if row.is_open]
        if len(unpaid) != 1:
            reason = "ambiguous" if unpaid else "paid" if same else "currency"
            detail["invoices"] = [row.invoice_id for row in unpaid or rows]
            return Match(Confidence.NONE, reason, client, detail=detail)
        (row,) = unpaid
        parts = payment.settling([row]) or payment.filling([row])
        left = payment.paid - parts[0].amount
        short = row.open - parts[0].amount
        if left and parts[0].amount not in payment.figures:
            detail["left"] = left
        if short and not parts[0].discount:
            detail["short"] = short
        return Match(Confidence.EXACT, "reference", client, parts, detail)

    def _by_letter(self, reference: str, payment: Payment) -> Match:
        """What a reminder of several invoices asked for, the oldest first.

        What it asked for beside them, as a fee, is left.
        """
        known = (self.places.get(key) for key in self.letters[reference])
        rows = [self.rows[at] for at in sorted(at for at in known if at is not None)]
        client = _only(row.client_id for row in rows)
        same = [row for row in rows if row.currency == payment.currency]
        unpaid = [row for row in same if row.is_open]
        detail: dict[str, object] = {"reference": reference}
        if not unpaid or client is None:
            reason = "paid" if same else "currency"
            return Match(Confidence.NONE, reason, client, detail=detail)
        parts = payment.settling(unpaid) or payment.filling(unpaid)
        settled = total((part.amount for part in parts), payment.currency)
        if left := payment.paid - settled:
            detail["left"] = left
        short = total((row.open for row in unpaid), payment.currency) - settled
        exact = bool(payment.settling(unpaid)) or not short
        confidence = Confidence.HIGH if exact else Confidence.LOW
        return Match(confidence, "letter", client, parts, detail)

    # --- numbers -------------------------------------------------------------

    def _by_number(self, transaction: Transaction, payment: Payment) -> Match | None:
        places = {
            "end_to_end": transaction.end_to_end,
            "reference": transaction.reference,
            "text": transaction.text,
        }
        found = []
        for where, text in places.items():
            named = [*self._references_in(text), *self.numbers.named_in(text)]
            if named:
                payers, _how = self._payers(transaction)
                invoices = NamedInvoices(self.rows, named, where, payers)
                found.append(invoices.match(payment))
        return best(found)

    def _references_in(self, text: str) -> Iterator[Named]:
        """Structured references in a text, where the bank has no place for them."""
        for match in WRITTEN.finditer(text.upper()):
            words = match[0].split()
            # What follows a reference of letters and figures may look like more of it.
            for count in range(len(words), 0, -1):
                reference = "".join(words[:count])
                if reference in self.of_reference and is_right(reference):
                    rows = self.of_reference[reference]
                    places = tuple(self.places[row.invoice_id] for row in rows)
                    yield Named(reference, places)
                    break

    # --- payers and amounts --------------------------------------------------

    def _payers(self, transaction: Transaction) -> tuple[tuple[int, ...], str]:
        """The clients that may have paid, and by what they are known."""
        clients = self.of_iban.get(compact(transaction.iban), {})
        if clients:
            return tuple(clients), "iban"
        if transaction.name:
            return self.names.clients_of(transaction.name), "name"
        return self.names.clients_in(transaction.text), "name"

    def _by_payer(self, transaction: Transaction, payment: Payment) -> Match | None:
        clients, how = self._payers(transaction)
        client = _only(clients)
        found = self._fitting(clients, payment)
        if len(found) == 1:
            (row, part) = found[0]
            reason = "discount" if part.discount else how
            return Match(Confidence.LOW, reason, row.client_id, (part,))
        if found:
            detail: dict[str, object] = {"invoices": [r.invoice_id for r, _p in found]}
            return Match(Confidence.NONE, "ambiguous", client, detail=detail)
        if client is None:
            return None
        if parts := self._sum(client, payment):
            return Match(Confidence.LOW, "sum", client, parts)
        # A name may be borne by others; then an amount that is unique tells more.
        other = self._by_amount(payment) if how == "name" else None
        return other or Match(Confidence.NONE, "client", client)

    def _fitting(
        self, clients: Iterable[int], payment: Payment
    ) -> list[tuple[Candidate, Part]]:
        """Invoices that the payment settles, those without a discount if there are."""
        found: dict[int, tuple[Candidate, Part]] = {}
        for client in clients:
            for figure in payment.figures:
                for row in self.fits.get((client, payment.currency, figure.amount), ()):
                    part = payment.fitting(row)
                    if part and part.amount == figure:
                        found.setdefault(row.invoice_id, (row, part))
        whole = [pair for pair in found.values() if not pair[1].discount]
        return whole or list(found.values())

    def _sum(self, client: int, payment: Payment) -> tuple[Part, ...]:
        rows = self.of_client.get((client, payment.currency), [])[:SUMMED]
        for figure in payment.figures:
            chosen = summing([row.open.amount for row in rows], figure.amount)
            if chosen:
                return tuple(Part(rows[n].invoice_id, rows[n].open) for n in chosen)
        return ()

    def _by_amount(self, payment: Payment) -> Match | None:
        for figure in payment.figures:
            rows = self.of_amount.get((payment.currency, figure.amount), [])
            if len(rows) == 1:
                part = Part(rows[0].invoice_id, figure)
                return Match(Confidence.LOW, "amount", rows[0].client_id, (part,))
        return None


def _no_payment(transaction: Transaction) -> str:
    if transaction.is_reversal:
        return "reversal"
    if transaction.amount.amount <= 0:
        return "outgoing"
    return "batch" if transaction.count > 1 else ""


def _only(clients: Iterable[int]) -> int | None:
    """The client, if all are the same."""
    found = set(clients)
    return found.pop() if len(found) == 1 else None
