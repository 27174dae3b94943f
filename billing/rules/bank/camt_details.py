"""Reads one payment of a camt file: who paid, what they wrote, what was kept back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing.rules.bank.camt_values import Priced, Values
from billing.rules.bank.references import compact, creditor_reference, given, one_line

if TYPE_CHECKING:
    from decimal import Decimal

    from lxml.etree import _Element

# Where the amount of a payment stands, the surest first.
AMOUNTS = ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt")
# From version 04, 08 or 09 on parties have a level more, by bank and by party.
NAMES = ("Nm", "Pty/Nm", "Agt/FinInstnId/Nm")
REFERENCE = "RmtInf/Strd/CdtrRefInf"
ACCOUNTS = ("Id/IBAN", "Id/Othr/Id", "Id/PrtryAcct/Id", "Id/BBAN")


@dataclass(frozen=True, slots=True)
class Party:
    """A payer or a payee."""

    name: str = ""
    iban: str = ""
    ultimate: str = ""


NOBODY = Party()


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
    debtor: Party = NOBODY
    creditor: Party = NOBODY

    def amount(self, currency: str) -> Decimal | None:
        """What it says in the currency of the account, if anything."""
        return next((a for a, code in self.amounts if code in {currency, ""}), None)


def read_detail(element: _Element) -> Detail:
    """What a TxDtls element says; raises BankFileRefusal."""
    values = Values(element)
    amounts = [values.amount(path) for path in AMOUNTS]
    reasons = _return_reasons(values)
    return Detail(
        amounts=tuple(a for a in amounts if a),
        instructed=amounts[-1],
        is_debit=values.is_debit() if values.word("CdtDbtInd") else None,
        charges=charges_in(values),
        bank_reference=given(values.word("Refs/AcctSvcrRef")),
        end_to_end=given(values.word("Refs/EndToEndId"), 40),
        reference=_reference(values),
        text=_text(values),
        returned=one_line(" ".join(reasons), 200),
        is_return=bool(reasons),
        debtor=_party(values, "Dbtr"),
        creditor=_party(values, "Cdtr"),
    )


def charges_in(values: Values) -> tuple[Priced, ...]:
    """What the bank charged: each of them, or else their sum."""
    single = values.amounts("Chrgs/Rcrd/Amt") + values.amounts("Chrgs/Amt")
    return tuple(single or values.amounts("Chrgs/TtlChrgsAndTaxAmt"))


def _party(values: Values, role: str) -> Party:
    before = f"RltdPties/{role}"
    name = values.word(*(f"{before}/{path}" for path in NAMES))
    ultimate = values.word(*(f"RltdPties/Ultmt{role}/{path}" for path in NAMES))
    account = values.word(*(f"{before}Acct/{path}" for path in ACCOUNTS))
    if not (name or ultimate or account):
        return NOBODY
    return Party(
        name=one_line(name or ultimate, 140),
        iban=compact(account)[:34],
        ultimate=one_line(ultimate, 140),
    )


def _reference(values: Values) -> str:
    """The creditor's reference; the first one that is, for there may be several."""
    kinds = values.words(f"{REFERENCE}/Tp/CdOrPrtry/Prtry")
    is_isr = any("ISR" in kind.upper() for kind in kinds)
    texts = values.words(f"{REFERENCE}/Ref")
    found = (creditor_reference(text, is_isr=is_isr) for text in texts)
    return next((reference for reference in found if reference), "")


def _text(values: Values) -> str:
    """All parts of what the payer wrote; several lines are one text."""
    parts = values.words(
        "RmtInf/Ustrd", "RmtInf/Strd/RfrdDocInf/Nb", "RmtInf/Strd/AddtlRmtInf"
    )
    return one_line(" ".join(parts) or values.word("AddtlTxInf"), 500)


def _return_reasons(values: Values) -> list[str]:
    if "RtrInf" not in values.found:
        return []
    return values.words("RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry", "RtrInf/AddtlInf") or ["?"]
