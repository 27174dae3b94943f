"""The PDF around an electronic invoice: PDF/A-3 with the XML as its alternative."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

import pikepdf
import pytest
from facturx import get_facturx_xml_from_pdf

from billing.paper.facturx import facturx_xml
from tests.billing import bills

FX = "{urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#}"


@pytest.fixture(scope="module")
def content():
    return bills.content(**bills.EUROS)


@pytest.fixture
def opened(content):
    with pikepdf.open(BytesIO(bills.pdf(content))) as pdf:
        yield pdf


def test_it_says_what_it_is_in_its_metadata(opened):
    with opened.open_metadata() as metadata:
        assert metadata.pdfa_status == "3B"
        assert metadata[f"{FX}DocumentType"] == "INVOICE"
        assert metadata[f"{FX}DocumentFileName"] == "factur-x.xml"
        assert metadata[f"{FX}Version"] == "1.0"
        assert metadata[f"{FX}ConformanceLevel"] == "EN 16931"
    xmp = bytes(opened.Root.Metadata.read_bytes())
    # Properties of a schema of one's own must be described, in the one RDF element.
    assert xmp.count(b"<rdf:RDF") == 1
    for name in (b"DocumentType", b"DocumentFileName", b"Version", b"ConformanceLevel"):
        assert b"<pdfaProperty:name>%s</pdfaProperty:name>" % name in xmp


def test_the_xml_is_attached_as_the_alternative(opened, content):
    [file] = opened.Root.AF
    assert file.AFRelationship == "/Alternative"
    assert str(file.UF) == "factur-x.xml"
    stream = file.EF.F
    assert stream.Subtype in {"/text/xml", "/application/xml"}
    assert stream.read_bytes() == facturx_xml(content)
    assert str(stream.Params.ModDate).startswith("D:20261122")
    assert list(opened.attachments) == ["factur-x.xml"]


def test_the_library_finds_its_xml_in_it(content):
    name, xml = get_facturx_xml_from_pdf(BytesIO(bills.pdf(content)))
    assert (name, xml) == ("factur-x.xml", facturx_xml(content))


def test_colours_are_defined_and_fonts_are_inside(opened):
    [intent] = opened.Root.OutputIntents
    assert intent.S == "/GTS_PDFA1"
    assert intent.DestOutputProfile.N == 3
    for page in opened.pages:
        for font in page.resources.Font.values():
            descendant = font.DescendantFonts[0]
            assert "/FontFile2" in descendant.FontDescriptor
            assert "/ToUnicode" in font
    assert opened.check_pdf_syntax() == []
    assert not opened.is_encrypted


def test_the_same_bill_gives_the_same_bytes(content):
    assert bills.pdf(content) == bills.pdf(content)
    swiss = bills.content()
    assert bills.pdf(swiss) == bills.pdf(swiss)


@pytest.mark.parametrize(
    ("change", "draft", "files"),
    [
        ({}, False, 1),
        ({}, True, 0),
        ({"currency": "CHF"}, False, 0),
        ({"kind": "credit_note"}, False, 1),
        ({"issuer": bills.FRENCH | {"vat_number": ""}}, False, 0),
    ],
)
def test_bills_in_euros_carry_it_and_drafts_do_not(change, draft, files):
    made = bills.pdf(bills.content(**bills.EUROS | change), draft=draft)
    with pikepdf.open(BytesIO(made)) as pdf:
        assert len(pdf.attachments) == files
        with pdf.open_metadata() as metadata:
            # All of them can be kept for good.
            assert metadata.pdfa_status == "3B"
            assert (f"{FX}DocumentType" in metadata) is bool(files)


def test_a_payment_part_changes_nothing_of_that():
    made = bills.content(
        currency="EUR", account=bills.QR_IBAN, discount_percent=Decimal(0)
    )
    with pikepdf.open(BytesIO(bills.pdf(made))) as pdf:
        assert list(pdf.attachments) == ["factur-x.xml"]
        assert pdf.check_pdf_syntax() == []
        fonts = {
            str(font.BaseFont)
            for page in pdf.pages
            for font in page.resources.Font.values()
        }
        assert any("Slip" in name for name in fonts)
