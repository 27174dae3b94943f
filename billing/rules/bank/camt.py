"""Reads camt.053 and camt.054, versions 001.02 to 001.13.

The versions differ in where things stand, not in what they mean, so every place is
looked at whatever the version. A file is read from front to end and what was read is
let go, so that memory does not grow with its size.
"""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import TYPE_CHECKING

from lxml import etree

from billing.rules.bank.camt_balances import Balance, closing_of, opening_of
from billing.rules.bank.camt_details import ACCOUNTS, Detail, read_detail
from billing.rules.bank.camt_entries import movements_of, read_entry
from billing.rules.bank.camt_values import Values, checked_currency
from billing.rules.bank.pages import Page, gathered
from billing.rules.bank.references import compact
from billing.rules.bank.statement import BankFileRefusal

if TYPE_CHECKING:
    from datetime import date

    from billing.rules.bank.statement import BankStatement

SUPPORTED = "camt.053, camt.054: 001.02 – 001.13"
NAMED = re.compile(r"[a-z]{4}\.[0-9]{3}\.[0-9]{3}\.[0-9]{2}")
VERSIONS = {f"camt.05{n}.001.{v:02}" for n in (3, 4) for v in range(2, 14)}
ENCODED = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
# The parser knows more, among them some that hide a DOCTYPE from a search for it.
ENCODINGS = {"utf-8", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252"}
WIDE = (b"\xff\xfe", b"\xfe\xff")
STATEMENTS = ("Stmt", "Ntfctn")
TAGS = ("Document", *STATEMENTS, "Bal", "Ntry", "TxDtls")


def is_xml(content: bytes) -> bool:
    """Whether the file begins as XML does, in any of the encodings."""
    head = content[:200].replace(b"\x00", b"")
    return head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<")


def read_camt(content: bytes) -> list[BankStatement]:
    """What the file says of every account in it; raises BankFileRefusal."""
    _check_harmless(content)
    reader = _Reader()
    try:
        reader.read(content)
    except etree.XMLSyntaxError as error:
        raise BankFileRefusal("xml", line=error.lineno or 0) from error
    if not reader.version:
        raise BankFileRefusal("version", found="", supported=SUPPORTED)
    return gathered(reader.pages, reader.version)


def _check_harmless(content: bytes) -> None:
    """No document type, hence no entities, before any parser sees the file."""
    is_wide = content.startswith(WIDE)
    if not is_wide and b"\x00" in content[:4]:
        raise BankFileRefusal("encoding", found="")
    plain = content[2:].replace(b"\x00", b"") if is_wide else content
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise BankFileRefusal("doctype")
    named = ENCODED.match(plain.removeprefix(b"\xef\xbb\xbf"))
    encoding = named[1].decode().lower() if named else "utf-8"
    if encoding not in ENCODINGS and not (is_wide and encoding == "utf-16"):
        raise BankFileRefusal("encoding", found=encoding)


class _Reader:
    """Goes through a file once; `pages` and `version` are what it found."""

    def __init__(self) -> None:
        self.pages: list[Page] = []
        self.version = ""
        self.page: Page | None = None
        self.balances: list[Balance] = []
        self.details: list[Detail] = []
        self.ends = {"Bal": self._balance, "TxDtls": self._detail, "Ntry": self._entry}
        self.ends |= dict.fromkeys(STATEMENTS, self._close)

    def read(self, content: bytes) -> None:
        events = etree.iterparse(
            io.BytesIO(content),
            events=("start", "end"),
            tag=[f"{{*}}{tag}" for tag in TAGS],
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        for event, element in events:
            name = element.tag.rpartition("}")[2]
            if event == "start":
                self._open(name, element)
            elif self.page is not None and name in self.ends:
                self.ends[name](self.page, element)

    def _open(self, name: str, element: etree._Element) -> None:
        if name == "Document":
            self.version = _version(element)
        elif name in STATEMENTS and self.version:
            self.page = Page("", "")
            self.balances = []

    def _balance(self, _page: Page, element: etree._Element) -> None:
        self.balances.append(Balance.read(element))

    def _detail(self, _page: Page, element: etree._Element) -> None:
        self.details.append(read_detail(element))
        element.clear(keep_tail=False)
        before = element.getprevious()
        if before is not None and before.tag == element.tag:
            element.getparent().remove(before)

    def _entry(self, page: Page, element: etree._Element) -> None:
        if not page.currency:
            self._begin(page, element.getparent())
        entry = read_entry(Values(element), self.details, page)
        if entry:
            page.movements += movements_of(entry, page)
        self.details = []
        _let_go(element)

    def _close(self, page: Page, element: etree._Element) -> None:
        if not page.currency:
            self._begin(page, element)
        own = [b for b in self.balances if b.currency == page.currency]
        opening, closing = opening_of(own), closing_of(own)
        if opening is not closing:
            page.opening = opening.money if opening else None
            page.closing = closing.money if closing else None
        page.last_on = (closing.day if closing else None) or page.last_on
        self.pages.append(page)
        self.page = None
        _let_go(element)

    def _begin(self, page: Page, statement: etree._Element) -> None:
        """What the statement says of itself, which stands before its entries."""
        values = Values(statement)
        number = values.word(*(f"Acct/{path}" for path in ACCOUNTS))
        if not number:
            raise BankFileRefusal("account", value="", line=values.line)
        page.iban = compact(number)[:34]
        currencies = [b.currency for b in self.balances]
        currencies += [code for _, code in values.amounts("Ntry/Amt")]
        code = values.word("Acct/Ccy") or next(iter(currencies), "")
        page.currency = checked_currency(code, values.line)
        page.first_on = values.day("FrToDt/FrDtTm", "FrToDt/FrDt")
        page.last_on = _last_day(values, page.first_on)


def _version(element: etree._Element) -> str:
    """The version by the namespace; raises BankFileRefusal for another one."""
    space = etree.QName(element).namespace or ""
    named = NAMED.search(space)
    version = named[0] if named else ""
    if version not in VERSIONS:
        found = version or space[:80]
        raise BankFileRefusal("version", found=found, supported=SUPPORTED)
    return version


def _last_day(values: Values, first: date | None) -> date | None:
    """The last day told of: not one that begins as the statement ends or later."""
    last = values.day("FrToDt/ToDtTm", "FrToDt/ToDt")
    made = values.day("CreDtTm")
    ends_at_midnight = "T00:00" in values.word("FrToDt/ToDtTm")
    if last and first and ends_at_midnight and first < last:
        last -= timedelta(days=1)
    return min(last, made) if last and made else last or made


def _let_go(element: etree._Element) -> None:
    """Frees the element and what stood before it."""
    element.clear(keep_tail=False)
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
