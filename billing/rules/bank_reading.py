"""From the bytes of a bank's file to what it says of every account in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.rules.bank import BankFileRefusal, BankStatement, prove
from billing.rules.bank_camt import read_camt

if TYPE_CHECKING:
    from billing.rules.bank_mapping import Mapping

MAX_BYTES = 50_000_000
PACKED = (b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!")


def read_bank_file(
    content: bytes, name: str, mapping: Mapping | None
) -> list[BankStatement]:
    """What a camt, MT940 or CSV file says, proven; raises BankFileRefusal.

    A CSV file needs a mapping. Without one it raises BankFileRefusal("mapping") with
    `head` (the column names, by which a saved mapping is found again), `rows` (the
    first ones below it) and `columns` (what the names let guess, field to header).

    The codes of refusals: `empty`, `large` (limit), `packed`, `doctype`, `encoding`,
    `xml` (line), `version` (found, supported), `form` (neither of the three),
    `account`, `date`, `amount`, `currency` (value, each with its line or row),
    `balance` (opening, found, closing), `mapping`.
    """
    if not content.strip():
        raise BankFileRefusal("empty", name=name)
    if len(content) > MAX_BYTES:
        raise BankFileRefusal("large", limit=MAX_BYTES)
    if content.startswith(PACKED):
        raise BankFileRefusal("packed", name=name)
    del mapping
    statements = read_camt(content)
    for statement in statements:
        prove(statement)
    return statements
