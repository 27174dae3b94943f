"""Reads one payment of a camt file: who paid, what they wrote, what was kept back."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from billing.rules.bank_camt_values import amount_of, child, children, is_debit, word
from billing.rules.bank_references import compact, creditor_reference, given, one_line

if TYPE_CHECKING:
    from lxml.etree import _Element

Priced = tuple[Decimal, str]
# Where the amount of a payment stands, the surest first.
AMOUNTS = ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt")
# From version 04, 08 or 09 on parties have a level more, by bank and by party.
NAMES = ("Nm", "Pty/Nm", "Agt/FinInstnId/Nm")
ACCOUNTS = ("Id/IBAN", "Id/Othr/Id", "Id/PrtryAcct/Id", "Id/BBAN")


@dataclass(frozen=True, slots=True)
class Party:
    """A payer or a payee."""

    name: str = ""
    iban: str = ""
    ultimate: str = ""


@dataclass(frozen=True, slots=True)
class Detail:
    """One payment within an entry."""

    amounts: tuple[Priced, ...] = ()
    instructed: Priced | None = None
    is_debit: bool | None = None
    charges: tuple[Priced, ...] = ()
    bank_reference: str = ""
    end_to_end: str = ""
    reference: str = ""
    text: str = ""
    returned: str = ""
    is_return: bool = False
    debtor: Party = Party()
    creditor: Party = Party()

    def amount(self, currency: str) -> Decimal | None:
        """What it says in the currency of the account, if anything."""
        return next((a for a, code in self.amounts if code in {currency, ""}), None)


def read_detail(element: _Element) -> Detail:
    """What a TxDtls element says; raises BankFileRefusal."""
    amounts = [amount_of(child(element, path)) for path in AMOUNTS]
    reasons = _return_reasons(element)
    return Detail(
        amounts=tuple(a for a in amounts if a),
        instructed=amounts[-1],
        is_debit=is_debit(element) if word(element, "CdtDbtInd") else None,
        charges=charges_in(element),
        bank_reference=given(word(element, "Refs/AcctSvcrRef")),
        end_to_end=given(word(element, "Refs/EndToEndId"), 40),
        reference=_reference(element),
        text=_text(element),
        returned=" ".join(reasons),
        is_return=bool(reasons),
        debtor=_party(element, "Dbtr"),
        creditor=_party(element, "Cdtr"),
    )


def charges_in(element: _Element) -> tuple[Priced, ...]:
    """What the bank charged: each of them, or else their sum."""
    single = [
        amount_of(child(record, "Amt"))
        for path in ("Chrgs/Rcrd", "Chrgs")
        for record in children(element, path)
    ]
    found = tuple(s for s in single if s)
    summed = amount_of(child(element, "Chrgs/TtlChrgsAndTaxAmt"))
    return found or ((summed,) if summed else ())


def _party(element: _Element, role: str) -> Party:
    parties = child(element, "RltdPties")
    if parties is None:
        return Party()
    name = word(parties, *(f"{role}/{path}" for path in NAMES))
    ultimate = word(parties, *(f"Ultmt{role}/{path}" for path in NAMES))
    account = word(parties, *(f"{role}Acct/{path}" for path in ACCOUNTS))
    return Party(
        name=one_line(name or ultimate, 140),
        iban=compact(account)[:34],
        ultimate=one_line(ultimate, 140),
    )


def _reference(element: _Element) -> str:
    """The creditor's reference; the first one that is, for there may be several."""
    for found in children(element, "RmtInf/Strd/CdtrRefInf"):
        kind = word(found, "Tp/CdOrPrtry/Prtry", "Tp/CdOrPrtry/Cd").upper()
        reference = creditor_reference(word(found, "Ref"), is_isr="ISR" in kind)
        if reference:
            return reference
    return ""


def _text(element: _Element) -> str:
    """All parts of what the payer wrote; several lines are one text."""
    parts = [part.text for part in children(element, "RmtInf/Ustrd")]
    for structured in children(element, "RmtInf/Strd"):
        parts += [x.text for x in children(structured, "RfrdDocInf/Nb")]
        parts += [x.text for x in children(structured, "AddtlRmtInf")]
    parts = [part for part in parts if part and part.strip()]
    return one_line(" ".join(parts) or word(element, "AddtlTxInf"), 500)


def _return_reasons(element: _Element) -> list[str]:
    found = child(element, "RtrInf")
    if found is None:
        return []
    code = word(found, "Rsn/Cd", "Rsn/Prtry")
    texts = [x.text or "" for x in children(found, "AddtlInf")]
    return [one_line(text, 100) for text in (code, *texts) if text.strip()] or ["?"]
