"""From an entry of a camt file to the payments in it.

An entry may be one payment or a batch. The payments of a batch stand for it only if
they come to its amount; otherwise the entry stays whole, for its amount is what the
balances prove.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from billing.rules.bank.camt_details import Detail, charges_in
from billing.rules.bank.camt_values import Priced, Values, fitting_money
from billing.rules.bank.keys import Movement
from billing.rules.bank.references import given, one_line
from billing.rules.bank.statement import BankFileRefusal, Note, Transaction

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from billing.rules.bank.pages import Page

# Returned: credit transfers, direct debits unpaid, direct debits called back.
RETURNS = {"RRTN", "UPDD", "PRDD"}
# The same in the codes of German banks: NRTI+109+… .
GERMAN_RETURNS = re.compile(r"(?:^|\+)(?:108|109|159)(?:\+|$)")


@dataclass(frozen=True, slots=True)
class CamtEntry:
    """An entry as booked; its amount is negative for money out."""

    amount: Decimal
    currency: str
    booked_on: date
    value_on: date
    is_reversal: bool
    bank_reference: str
    text: str
    count: int
    line: int | None
    charges: tuple[Priced, ...] = ()
    details: Sequence[Detail] = field(default_factory=list)

    @property
    def sign(self) -> int:
        """Of the entry: -1 for money out."""
        return -1 if self.amount < 0 else 1


def read_entry(
    values: Values, details: Sequence[Detail], page: Page
) -> CamtEntry | None:
    """What an Ntry element says; None (and a note) for one that moves nothing."""
    if values.word("Sts/Cd", "Sts/Prtry", "Sts") not in {"BOOK", ""}:
        page.notes.append(Note("pending"))
        return None
    amount, currency = values.amount("Amt") or (Decimal(0), "")
    if currency not in {page.currency, ""}:
        raise BankFileRefusal("currency", value=currency, line=values.line)
    if not amount:
        page.notes.append(Note("nothing"))
        return None
    booked_on = values.day("BookgDt/Dt", "BookgDt/DtTm")
    value_on = values.day("ValDt/Dt", "ValDt/DtTm")
    day = booked_on or value_on or page.last_on
    if day is None:
        raise BankFileRefusal("date", value="", line=values.line)
    return CamtEntry(
        amount=-amount if values.is_debit() else amount,
        currency=page.currency,
        booked_on=day,
        value_on=value_on or day,
        is_reversal=_is_reversal(values),
        bank_reference=given(values.word("AcctSvcrRef")),
        text=one_line(values.word("AddtlNtryInf"), 500),
        count=_count(values.word("NtryDtls/Btch/NbOfTxs")),
        line=values.line,
        charges=charges_in(values),
        details=details,
    )


def _is_reversal(values: Values) -> bool:
    return (
        values.word("RvslInd") in {"true", "1"}
        or values.word("BkTxCd/Domn/Fmly/SubFmlyCd") in RETURNS
        or bool(GERMAN_RETURNS.search(values.word("BkTxCd/Prtry/Cd")))
    )


def _count(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


# --- from the entry to its payments ------------------------------------------


def movements_of(entry: CamtEntry, page: Page) -> list[Movement]:
    """The payments of an entry, or the entry whole."""
    if len(entry.details) < 2:
        if entry.count > 1:
            page.notes.append(Note("batch"))
        return [_single(entry)]
    nets = _nets(entry)
    if nets is None:
        page.notes.append(Note("whole"))
        return [_whole(entry)]
    movements = [
        _movement(entry, detail, net, charges, place)
        for place, (detail, (net, charges)) in enumerate(
            zip(entry.details, nets, strict=True)
        )
    ]
    left = entry.amount - sum(net for net, _charges in nets)
    if left:
        movements.append(_kept_back(entry, left, len(movements)))
    return [m for m in movements if m.transaction.amount]


def _nets(entry: CamtEntry) -> list[tuple[Decimal, Decimal]] | None:
    """What came of each payment and what was kept back, if that makes the entry.

    Banks give the payments as they came, or as they were sent with the charges of
    each or of all beside them; and they sign them, or leave that to the entry.
    """
    plain = [d.amount(entry.currency) for d in entry.details]
    if any(amount is None for amount in plain):
        return None
    whole = [amount or Decimal(0) for amount in plain]
    own = [_sum(d.charges, entry.currency) for d in entry.details]
    of_all = _sum(entry.charges, entry.currency)
    signs = [
        [_sign(d.is_debit, entry.sign) for d in entry.details],
        [entry.sign for _ in entry.details],
    ]
    for sign in signs:
        sent = [s * a for s, a in zip(sign, whole, strict=True)]
        if sum(sent) == entry.amount:
            return [(a, Decimal(0)) for a in sent]
        if sum(sent) - sum(own) == entry.amount:
            return [(a - c, c) for a, c in zip(sent, own, strict=True)]
        if of_all and sum(sent) - of_all == entry.amount:
            return [(a, Decimal(0)) for a in sent]
    return None


def _sign(is_out: bool | None, otherwise: int) -> int:
    return otherwise if is_out is None else -1 if is_out else 1


def _sum(charges: Sequence[Priced], currency: str) -> Decimal:
    return sum((a for a, code in charges if code in {currency, ""}), Decimal(0))


def _single(entry: CamtEntry) -> Movement:
    detail = entry.details[0] if entry.details else Detail()
    return _movement(entry, detail, entry.amount, _kept(entry, detail), 0)


def _kept(entry: CamtEntry, detail: Detail) -> Decimal:
    """What was kept back of a single payment, as far as the amounts prove it.

    Charges may as well be told of that were booked elsewhere.
    """
    charged = _sum(detail.charges or entry.charges, entry.currency)
    for amount, code in (*detail.amounts, detail.instructed or (Decimal(0), "-")):
        kept = entry.sign * amount - entry.amount
        if code == entry.currency and kept > 0 and kept == charged:
            return kept
    instructed, code = detail.instructed or (Decimal(0), "")
    kept = instructed - entry.amount
    if code == entry.currency and kept > 0 and entry.amount > 0 and not charged:
        return kept
    return Decimal(0)


def _movement(
    entry: CamtEntry, detail: Detail, net: Decimal, charges: Decimal, place: int
) -> Movement:
    is_reversal = entry.is_reversal or detail.is_return
    # Who paid is the debtor; of a payment that goes back it still is.
    incoming = (net > 0) != is_reversal
    party = detail.debtor if incoming else detail.creditor
    texts = [detail.text or entry.text, detail.returned]
    if party.ultimate and party.ultimate != party.name:
        texts.append(party.ultimate)
    transaction = Transaction(
        key="",
        booked_on=entry.booked_on,
        value_on=entry.value_on,
        amount=fitting_money(net, entry.currency, entry.line),
        charges=fitting_money(charges, entry.currency, entry.line),
        is_reversal=is_reversal,
        reference=detail.reference,
        end_to_end=detail.end_to_end,
        bank_reference=detail.bank_reference or entry.bank_reference,
        name=party.name,
        iban=party.iban,
        text=one_line(" ".join(t for t in texts if t), 500),
        count=entry.count if len(entry.details) < 2 else 1,
    )
    if detail.bank_reference and detail.bank_reference != entry.bank_reference:
        return Movement(transaction, detail.bank_reference)
    return Movement(transaction, entry.bank_reference, place)


def _whole(entry: CamtEntry) -> Movement:
    """The entry as one; its payments are only counted."""
    plain = Transaction(
        key="",
        booked_on=entry.booked_on,
        value_on=entry.value_on,
        amount=fitting_money(entry.amount, entry.currency, entry.line),
        charges=fitting_money(Decimal(0), entry.currency, entry.line),
        is_reversal=entry.is_reversal,
        bank_reference=entry.bank_reference,
        text=entry.text,
        count=len(entry.details),
    )
    return Movement(plain, entry.bank_reference)


def _kept_back(entry: CamtEntry, left: Decimal, place: int) -> Movement:
    """The bank's charges for a batch, which went off its sum."""
    transaction = Transaction(
        key="",
        booked_on=entry.booked_on,
        value_on=entry.value_on,
        amount=fitting_money(left, entry.currency, entry.line),
        charges=fitting_money(Decimal(0), entry.currency, entry.line),
        bank_reference=entry.bank_reference,
        text=entry.text,
    )
    return Movement(transaction, entry.bank_reference, place)
