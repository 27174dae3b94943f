"""However a bank's file is damaged, it is read or refused; nothing else happens."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from billing.rules.bank.mapping import Mapping
from billing.rules.bank.reading import read_bank_file
from billing.rules.bank.statement import BankFileRefusal
from tests.billing.bank_files.camt import Account, Booked, Paid, camt

FOLDER = Path(__file__).parent / "bank_files"
PAYMENTS = [
    Paid("6.00", "A", reference="RF18539007547034", charges="1.00"),
    Paid("4.00"),
]
STATEMENT = Account(
    [Booked("10.00", PAYMENTS, bank_reference="E1"), Booked("1.00", debit=True)],
    opening="0.00",
    closing="9.00",
)
FILES = [
    *(p.read_bytes() for p in sorted(FOLDER.iterdir()) if p.suffix in {".sta", ".csv"}),
    *(camt(STATEMENT, version=version) for version in (2, 8)),
]
PIECES = [b"\x00", b"-", b"9" * 30, b";;", b'"', b"\n:61:", b"<x>", b"\xff\xfe", b"\n"]
PIECES += [b":86:", b"?20", "٣".encode(), b"</Ntry>", b"1,5", b"(", b"2026-02-30"]
DAMAGES = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 30), st.sampled_from([b"", *PIECES])),
    min_size=1,
    max_size=5,
)


@given(st.sampled_from(FILES), DAMAGES)
def test_a_damaged_file_is_read_or_refused(content, damages):
    for where, cut, piece in damages:
        at = int(where * len(content))
        content = content[:at] + piece + content[at + cut :]
    try:
        read_bank_file(content, "f", None)
    except BankFileRefusal as refused:
        if refused.code == "mapping":
            read_mapped(content, refused.values["columns"])


def read_mapped(content, columns):
    with suppress(BankFileRefusal):
        read_bank_file(content, "f", Mapping(columns, currency="CHF"))
