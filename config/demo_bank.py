"""A bank file for the demo company: what its account received in the last days."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"


class Received(NamedTuple):
    """A payment as the bank tells of it; a reference is its own, or none."""

    amount: Decimal
    name: str
    text: str = ""
    reference: str = ""


def camt_file(
    iban: str, opening: Decimal, received: Sequence[Received], on: date
) -> bytes:
    """A camt.053 statement of one day in CHF."""
    closing = opening + sum(entry.amount for entry in received)
    entries = "".join(_entry(n, entry, on) for n, entry in enumerate(received, start=1))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{NAMESPACE}">'
        "<BkToCstmrStmt><GrpHdr><MsgId>ARVEL-1</MsgId>"
        f"<CreDtTm>{on}T18:00:00</CreDtTm></GrpHdr>"
        f"<Stmt><Id>ARVEL-{on}</Id><CreDtTm>{on}T18:00:00</CreDtTm>"
        f"<FrToDt><FrDtTm>{on}T00:00:00</FrDtTm><ToDtTm>{on}T23:59:59</ToDtTm></FrToDt>"
        f"<Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>CHF</Ccy></Acct>"
        f"{_balance('OPBD', opening, on)}{_balance('CLBD', closing, on)}{entries}"
        "</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def _balance(code: str, amount: Decimal, on: date) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="CHF">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
        f"<Dt><Dt>{on}</Dt></Dt></Bal>"
    )


def _entry(n: int, entry: Received, on: date) -> str:
    told = (
        "<Strd><CdtrRefInf><Tp><CdOrPrtry><Prtry>QRR</Prtry></CdOrPrtry></Tp>"
        f"<Ref>{entry.reference}</Ref></CdtrRefInf></Strd>"
        if entry.reference
        else f"<Ustrd>{escape(entry.text)}</Ustrd>"
    )
    amount = f'<Amt Ccy="CHF">{entry.amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
    return (
        f"<Ntry>{amount}<Sts><Cd>BOOK</Cd></Sts>"
        f"<BookgDt><Dt>{on}</Dt></BookgDt><ValDt><Dt>{on}</Dt></ValDt>"
        f"<AcctSvcrRef>{on:%Y%m%d}{n:04d}</AcctSvcrRef>"
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>AUTT</SubFmlyCd>"
        f"</Fmly></Domn></BkTxCd><NtryDtls><TxDtls><Refs><AcctSvcrRef>{on:%Y%m%d}{n:04d}"
        f"</AcctSvcrRef><EndToEndId>NOTPROVIDED</EndToEndId></Refs>{amount}"
        f"<RltdPties><Dbtr><Pty><Nm>{escape(entry.name)}</Nm></Pty></Dbtr></RltdPties>"
        f"<RmtInf>{told}</RmtInf></TxDtls></NtryDtls></Ntry>"
    )
