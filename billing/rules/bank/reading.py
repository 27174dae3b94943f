"""From the bytes of a bank's file to what it says of every account in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.rules.bank.camt import is_xml, read_camt
from billing.rules.bank.csv import read_csv
from billing.rules.bank.mt940 import is_mt940, read_mt940
from billing.rules.bank.statement import BankFileRefusal, BankStatement
from billing.rules.refusals import Unreadable
from billing.rules.tables import decode

if TYPE_CHECKING:
    from billing.rules.bank.mapping import Mapping

MAX_BYTES = 50_000_000
PACKED = (b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!")


def read_bank_file(
    content: bytes, name: str, mapping: Mapping | None
) -> list[BankStatement]:
    """What a camt, MT940 or CSV file says, proven; raises BankFileRefusal.

    A CSV file needs a mapping. Without one it raises BankFileRefusal("mapping") with
    `head` (the column names, by which a saved mapping is found again), `rows` (the
    first ones below it) and `columns` (what the names let guess, field to header).

    The codes of refusals: `empty`, `large` (limit), `packed`, `doctype`, `encoding`
    (found), `xml` (line), `version` (found, supported), `mt940` (value: what could
    not be read), `account`, `date`, `amount`, `sign`, `currency` (value, line),
    `balance` (opening, found, closing, iban), `form` (neither of the three),
    `mapping`, `columns` and `rows` (errors: list of RowError), `running` (row: the
    balance beside it is not what the amounts come to; balance, found).
    """
    if not content.strip():
        raise BankFileRefusal("empty", name=name)
    if len(content) > MAX_BYTES:
        raise BankFileRefusal("large", limit=MAX_BYTES)
    if content.startswith(PACKED):
        raise BankFileRefusal("packed", name=name)
    if is_xml(content):
        return read_camt(content)
    try:
        text = decode(content)
    except Unreadable as refused:
        raise BankFileRefusal("form", name=name) from refused
    if is_mt940(text):
        return read_mt940(text)
    return read_csv(text, mapping)
