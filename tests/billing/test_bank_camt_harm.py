"""Files that are no statements, or worse, are refused at once (reliability §4, 84-98)."""

from __future__ import annotations

import gzip
import io
import time
import tracemalloc
import zipfile

import pytest

from billing.rules.bank import reading as bank_reading
from billing.rules.bank.reading import read_bank_file
from billing.rules.bank.statement import BankFileRefusal
from tests.billing.bank_files.camt import Account, Booked, Paid, camt

PLAIN = camt(Account([Booked("1.00")])).decode()
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
LAUGHS = "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(12)
)


def refusal(content):
    started = time.process_time()
    with pytest.raises(BankFileRefusal) as refused:
        read_bank_file(content, "f.xml", None)
    assert time.process_time() - started < 0.1
    return refused.value


def doctype(inner, text="&l11;"):
    document = PLAIN.removeprefix(HEAD).replace("S-1", text)
    return f"{HEAD}<!DOCTYPE Document [{inner}]>{document}"


@pytest.mark.parametrize(
    "text",
    [
        doctype(LAUGHS),
        doctype(f'<!ENTITY a "{"x" * 100_000}">', "&a;" * 10_000),
        doctype('<!ENTITY l11 SYSTEM "file:///etc/passwd">'),
        doctype('<!ENTITY % r SYSTEM "http://127.0.0.1/x.dtd"> %r;', ""),
        doctype("", ""),
        PLAIN.replace("<Document", "<!--x--><!DOCTYPE Document><Document"),
    ],
    ids=["laughs", "quadratic", "file", "network", "empty", "after a comment"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_document_type_is_refused_before_it_is_read(text, encoding):
    content = text.replace("UTF-8", "UTF-16" if "16" in encoding else "UTF-8")
    assert refusal(content.encode(encoding)).code == "doctype"


@pytest.mark.parametrize(
    "encoding", ["UTF-7", "IBM037", "UCS-4", "HZ", "ISO-2022-JP", "x"]
)
def test_an_encoding_that_could_hide_one_is_refused(encoding):
    content = PLAIN.replace("UTF-8", encoding).encode()
    assert refusal(content).code == "encoding"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-be"])
def test_wide_characters_without_their_mark_are_refused(encoding):
    assert refusal(PLAIN.encode(encoding)).code == "encoding"


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "Windows-1252", "UTF-16"])
def test_the_encodings_of_banks_are_read(encoding):
    paid = Paid("1.00", "Käser Söhne")
    text = camt(Account([Booked("1.00", [paid])])).decode()
    content = text.replace("UTF-8", encoding).encode(encoding)
    (statement,) = read_bank_file(content, "f.xml", None)
    assert [t.name for t in statement.transactions] == ["Käser Söhne"]


@pytest.mark.parametrize(
    ("space", "found"),
    [
        ("camt.053.001.01", "camt.053.001.01"),
        ("camt.053.001.14", "camt.053.001.14"),
        ("camt.052.001.04", "camt.052.001.04"),
        ("pain.001.001.09", "pain.001.001.09"),
        ("something", "urn:iso:std:iso:20022:tech:xsd:something"),
    ],
)
def test_another_version_or_message_is_named_in_the_refusal(space, found):
    refused = refusal(PLAIN.replace("camt.053.001.04", space).encode())
    assert (refused.code, refused.values["found"]) == ("version", found)
    assert "001.13" in refused.values["supported"]


def test_a_file_without_namespace_is_refused():
    start = PLAIN.index(" xmlns")
    content = PLAIN[:start] + PLAIN[PLAIN.index(">", start) :]
    assert refusal(content.encode()).code == "version"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"<html><body>Sign in</body></html>", "version"),
        (PLAIN[:400].encode(), "xml"),
        (PLAIN.replace("</Ntry>", "").encode(), "xml"),
        (PLAIN.replace("<Id>S-1", "<Id>\x00").encode(), "xml"),
        (PLAIN.replace("S-1", "<x>" * 300 + "</x>" * 300).encode(), "xml"),
        (PLAIN.replace(">CRDT<", ">WHAT<").encode(), "sign"),
    ],
)
def test_what_is_no_statement_is_refused(content, code):
    assert refusal(content).code == code


def packed(content):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("f.xml", content)
    return buffer.getvalue()


@pytest.mark.parametrize("pack", [gzip.compress, packed])
def test_a_packed_file_is_refused(pack):
    assert refusal(pack(b"\x00" * 5_000_000)).code == "packed"


def test_a_file_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(bank_reading, "MAX_BYTES", 100)
    assert refusal(PLAIN.encode()).code == "large"


def test_memory_does_not_grow_with_what_was_read():
    def peak(count):
        entries = [Booked("0.00", [Paid("0.00", "x" * 100)]) for _ in range(count)]
        batch = Booked("0.00", [Paid("0.00", "x" * 100) for _ in range(count)])
        content = camt(Account([*entries, batch]))
        tracemalloc.start()
        read_bank_file(content, "f.xml", None)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found - len(content)

    peak(10)
    assert peak(2000) < 10 * peak(200) + 200_000
