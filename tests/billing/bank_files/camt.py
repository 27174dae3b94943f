"""Writes camt.053 and camt.054 files as each of their versions has it."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.sax.saxutils import escape

IBAN = "CH5604835012345678009"


@dataclass
class Paid:
    """A payment as it stands in TxDtls; `extra` is XML that is put in as it is."""

    amount: str
    name: str = ""
    iban: str = ""
    text: list[str] = field(default_factory=list)
    reference: str = ""
    kind: str = "QRR"
    end_to_end: str = ""
    bank_reference: str = ""
    instructed: str = ""
    charges: str = ""
    reason: str = ""
    debit: bool | None = None
    without_amount: bool = False


@dataclass
class Booked:
    """An entry; without payments it has no TxDtls."""

    amount: str
    payments: list[Paid] = field(default_factory=list)
    debit: bool = False
    reversal: bool = False
    status: str = "BOOK"
    booked_on: str = "2026-03-16"
    value_on: str = "2026-03-16"
    bank_reference: str = ""
    count: int = 0
    charges: str = ""
    text: str = ""
    family: str = ""


@dataclass
class Account:
    """A statement or notification about an account."""

    entries: list[Booked] = field(default_factory=list)
    opening: str = ""
    closing: str = ""
    iban: str = IBAN
    other: str = ""
    currency: str = "CHF"
    balances: list[tuple[str, str, str]] = field(default_factory=list)
    first_on: str = ""
    last_on: str = ""
    day: str = "2026-03-16"


def camt(*accounts: Account, kind: str = "053", version: int = 4) -> bytes:
    """The file with these accounts, in UTF-8."""
    writer = _Writer(kind, version)
    return writer.document(accounts).encode()


class _Writer:
    def __init__(self, kind: str, version: int) -> None:
        self.kind = kind
        self.version = version
        self.currency = ""

    def document(self, accounts: tuple[Account, ...]) -> str:
        outer = "BkToCstmrStmt" if self.kind == "053" else "BkToCstmrDbtCdtNtfctn"
        space = f"urn:iso:std:iso:20022:tech:xsd:camt.{self.kind}.001.{self.version:02}"
        body = "".join(self.statement(a, n) for n, a in enumerate(accounts, 1))
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<Document xmlns="{space}"><{outer}>\n'
            "<GrpHdr><MsgId>M-1</MsgId><CreDtTm>2026-03-31T22:05:00+02:00</CreDtTm>"
            f"</GrpHdr>\n{body}</{outer}></Document>\n"
        )

    def statement(self, account: Account, number: int) -> str:
        self.currency = account.currency
        tag = "Stmt" if self.kind == "053" else "Ntfctn"
        identity = (
            f"<Othr><Id>{account.other}</Id></Othr>"
            if account.other
            else f"<IBAN>{account.iban}</IBAN>"
        )
        days = ""
        if account.first_on:
            days = (
                f"<FrToDt><FrDtTm>{account.first_on}T00:00:00</FrDtTm>"
                f"<ToDtTm>{account.last_on}T23:59:59</ToDtTm></FrToDt>"
            )
        balances = list(account.balances)
        if account.opening:
            balances.append(("OPBD", account.opening, account.day))
        if account.closing:
            balances.append(("CLBD", account.closing, account.day))
        return (
            f"<{tag}><Id>S-{number}</Id>"
            f"<CreDtTm>2026-03-31T22:05:00</CreDtTm>{days}"
            f"<Acct><Id>{identity}</Id><Ccy>{account.currency}</Ccy></Acct>\n"
            + "".join(self.balance(*b) for b in balances)
            + "".join(self.entry(e) for e in account.entries)
            + f"</{tag}>\n"
        )

    def money(self, text: str) -> str:
        return f'<Amt Ccy="{self.currency}">{text.lstrip("-")}</Amt>'

    def balance(self, kind: str, amount: str, day: str) -> str:
        code, _, between = kind.partition("/")
        sub = "<SubTp><Cd>INTM</Cd></SubTp>" if between else ""
        sign = "DBIT" if amount.startswith("-") else "CRDT"
        return (
            f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry>{sub}</Tp>"
            f"{self.money(amount)}<CdtDbtInd>{sign}</CdtDbtInd>"
            f"<Dt><Dt>{day}</Dt></Dt></Bal>\n"
        )

    def entry(self, entry: Booked) -> str:
        status = f"<Cd>{entry.status}</Cd>" if self.version >= 8 else entry.status
        day = "DtTm" if self.version % 2 else "Dt"
        time = "T08:15:00+01:00" if self.version % 2 else ""
        batch = f"<Btch><NbOfTxs>{entry.count}</NbOfTxs></Btch>" if entry.count else ""
        details = batch + "".join(self.payment(p, entry) for p in entry.payments)
        parts = [
            _tag("NtryRef", entry.bank_reference and "1"),
            self.money(entry.amount),
            _sign(debit=entry.debit),
            "<RvslInd>true</RvslInd>" if entry.reversal else "",
            f"<Sts>{status}</Sts>",
            f"<BookgDt><{day}>{entry.booked_on}{time}</{day}></BookgDt>",
            f"<ValDt><Dt>{entry.value_on}</Dt></ValDt>",
            _tag("AcctSvcrRef", entry.bank_reference),
            f"<BkTxCd>{_family(entry.family)}</BkTxCd>",
            self.charged(entry.charges),
            f"<NtryDtls>{details}</NtryDtls>" if details else "",
            _tag("AddtlNtryInf", entry.text),
        ]
        return f"<Ntry>{''.join(parts)}</Ntry>\n"

    def charged(self, amount: str) -> str:
        if not amount:
            return ""
        inner = f"{self.money(amount)}<CdtDbtInd>DBIT</CdtDbtInd>"
        if self.version < 4:
            return f"<Chrgs>{inner}</Chrgs>"
        total = f'<TtlChrgsAndTaxAmt Ccy="{self.currency}">{amount}</TtlChrgsAndTaxAmt>'
        return f"<Chrgs>{total}<Rcrd>{inner}</Rcrd></Chrgs>"

    def payment(self, paid: Paid, entry: Booked) -> str:
        debit = entry.debit if paid.debit is None else paid.debit
        refs = _tag("AcctSvcrRef", paid.bank_reference) + _tag(
            "EndToEndId", paid.end_to_end
        )
        return (
            f"<TxDtls><Refs>{refs}</Refs>"
            + ("" if paid.without_amount else self.priced(paid, debit=debit))
            + self.charged(paid.charges)
            + self.parties(paid, debit=debit != entry.reversal)
            + self.remittance(paid)
            + _tag("RtrInf", paid.reason and f"<Rsn><Cd>{paid.reason}</Cd></Rsn>")
            + "</TxDtls>"
        )

    def priced(self, paid: Paid, *, debit: bool) -> str:
        instructed = f"<InstdAmt>{self.money(paid.instructed)}</InstdAmt>"
        within = (
            "<AmtDtls>"
            + (instructed if paid.instructed else "")
            + f"<TxAmt>{self.money(paid.amount)}</TxAmt></AmtDtls>"
        )
        if self.version < 3:
            return within
        sign = _sign(debit=debit) if self.version >= 4 else ""
        return self.money(paid.amount) + sign + (within if paid.instructed else "")

    def parties(self, paid: Paid, *, debit: bool) -> str:
        role = "Cdtr" if debit else "Dbtr"
        name = _tag("Nm", escape(paid.name))
        if self.version >= 8:
            name = _tag("Pty", name)
        account = _tag("Id", _tag("IBAN", paid.iban))
        return _tag("RltdPties", _tag(role, name) + _tag(f"{role}Acct", account))

    def remittance(self, paid: Paid) -> str:
        texts = "".join(_tag("Ustrd", escape(t)) for t in paid.text)
        structured = ""
        if paid.reference:
            code = "Cd" if paid.kind == "SCOR" else "Prtry"
            structured = (
                f"<Strd><CdtrRefInf><Tp><CdOrPrtry><{code}>{paid.kind}</{code}>"
                f"</CdOrPrtry></Tp><Ref>{paid.reference}</Ref></CdtrRefInf></Strd>"
            )
        return _tag("RmtInf", texts + structured)


def _tag(name: str, inner: str) -> str:
    return f"<{name}>{inner}</{name}>" if inner else ""


def _sign(*, debit: bool) -> str:
    return f"<CdtDbtInd>{'DBIT' if debit else 'CRDT'}</CdtDbtInd>"


def _family(code: str) -> str:
    inner = f"<Cd>RCDT</Cd><SubFmlyCd>{code or 'ESCT'}</SubFmlyCd>"
    return f"<Domn><Cd>PMNT</Cd><Fmly>{inner}</Fmly></Domn>"
