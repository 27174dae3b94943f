"""The code that banking apps read on invoices in euros."""

from __future__ import annotations

from io import BytesIO

import pypdfium2
import pytest
import zxingcpp

from tests.billing import bills


def scanned(content):
    document = pypdfium2.PdfDocument(BytesIO(content))
    return [
        found.text
        for page in document
        for found in zxingcpp.read_barcodes(page.render(scale=4).to_pil())
    ]


def test_it_is_a_transfer_with_amount_and_reference():
    given = bills.content(**bills.EUROS)
    [code] = scanned(bills.pdf(given))
    assert code.split("\n") == [
        "BCD",
        "002",
        "1",
        "SCT",
        "COBADEFFXXX",
        "Cabinet Dupont SARL",
        "DE89370400440532013000",
        "EUR120",
        "",
        given.invoices[0].reference,
    ]


def test_each_instalment_has_its_own():
    given = bills.content(**bills.EUROS, instalments=((30, 50), (60, 50)))
    codes = scanned(bills.pdf(given))
    assert sorted(code.split("\n")[9] for code in codes) == sorted(
        invoice.reference for invoice in given.invoices
    )
    assert {code.split("\n")[7] for code in codes} == {"EUR60"}


@pytest.mark.parametrize(
    ("change", "draft"),
    [
        ({"currency": "USD"}, False),
        ({"account": {}}, False),
        ({"kind": "credit_note"}, False),
        ({"number": ""}, True),
        ({"lines": [bills.line("1000000000")]}, False),
    ],
)
def test_nothing_to_scan_where_there_is_nothing_to_transfer(change, draft):
    given = bills.content(**bills.EUROS | change)
    assert scanned(bills.pdf(given, draft=draft)) == []
