"""The electronic invoice inside the PDF: Factur-X / ZUGFeRD, profile EN 16931.

`BT` and `BG` are the terms of the standard; the library writes them as XML and
checks it against the schema. What the standard asks for and a bill does not say is a
FacturxRefusal: the PDF is then made without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _
from facturx.facturx import xml_check_xsd
from facturx.generate_xml import generate_xml
from stdnum import iban

from billing.documents import terms_text
from billing.models import BillKind
from billing.paper.facturx_lines import line_items, vat_breakdown
from billing.paper.small_print import small_print
from billing.rules.money import plain
from clients.models import Client
from delivery.press.finishing import File

if TYPE_CHECKING:
    from billing.composing import Composed
    from billing.models import Bill

FILE_NAME = "factur-x.xml"
PROFILE = "en16931"
INVOICE, CREDIT_NOTE = "380", "381"
CREDIT_TRANSFER, SEPA_TRANSFER = "30", "58"
E_MAIL = "EM"
# The notes of French law by their codes: penalties, lump sum, discount.
FRENCH = {"L441-10": "PMD", "D441-5": "PMT"}
METADATA = b"""<rdf:Description rdf:about="" \
xmlns:fx="urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#" \
fx:DocumentType="INVOICE" fx:DocumentFileName="factur-x.xml" fx:Version="1.0" \
fx:ConformanceLevel="EN 16931"/>
<rdf:Description rdf:about="" \
xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" \
xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#\
</pdfaSchema:namespaceURI><pdfaSchema:prefix>fx</pdfaSchema:prefix>\
<pdfaSchema:property><rdf:Seq>%s</rdf:Seq></pdfaSchema:property>\
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
""" % b"".join(
    b'<rdf:li rdf:parseType="Resource"><pdfaProperty:name>%s</pdfaProperty:name>'
    b"<pdfaProperty:valueType>Text</pdfaProperty:valueType>"
    b"<pdfaProperty:category>external</pdfaProperty:category>"
    b"<pdfaProperty:description>%s</pdfaProperty:description></rdf:li>" % words
    for words in (
        (b"DocumentFileName", b"The name of the embedded XML document"),
        (b"DocumentType", b"The type of the hybrid document"),
        (b"Version", b"The version of the standard of the embedded XML document"),
        (b"ConformanceLevel", b"The conformance level of the embedded XML document"),
    )
)


class FacturxRefusal(Exception):
    """A bill that cannot be an electronic invoice; the text says why."""


def wants_facturx(bill: Bill) -> bool:
    """Bills in euros are electronic invoices as well."""
    return bill.currency == "EUR"


def facturx_file(content: Composed) -> File:
    """The XML as a file for the PDF, right by the schema; raises FacturxRefusal."""
    return File(
        name=FILE_NAME,
        content=facturx_xml(content),
        description="Factur-X",
        dated_on=content.bill.issued_on,
    )


def facturx_xml(content: Composed) -> bytes:
    """The XML, right by the schema; raises FacturxRefusal."""
    check(content)
    with translation.override(content.bill.language):
        terms = _terms(content)
    try:
        xml: bytes = generate_xml(
            terms,
            flavor="factur-x",
            level=PROFILE,
            check_xsd=False,
            check_schematron=False,
        )
        xml_check_xsd(xml, flavor="factur-x", level=PROFILE)
    except Exception as error:
        # The library raises plain exceptions for whatever the schema says.
        raise FacturxRefusal(
            _("No electronic invoice: %(reason)s") % {"reason": str(error)[:300]}
        ) from error
    return xml


def facturx_problem(content: Composed) -> str:
    """Why a bill in euros is no electronic invoice; empty when it is one."""
    if not wants_facturx(content.bill):
        return ""
    try:
        facturx_xml(content)
    except FacturxRefusal as refusal:
        return str(refusal)
    return ""


def check(content: Composed) -> None:
    """What the schema does not see but the rules of the standard ask for."""
    bill = content.bill
    categories = {row.category for row in content.vat_rows}
    if not bill.issuer.get("vat_number"):
        raise FacturxRefusal(
            _("No electronic invoice: the company's VAT number is missing.")
        )
    if categories & {"AE", "K"} and not bill.buyer.get("vat_number"):
        raise FacturxRefusal(
            _("No electronic invoice: the client's VAT number is missing.")
        )
    if "O" in categories and len(categories) > 1:
        raise FacturxRefusal(
            _(
                "No electronic invoice: lines outside the scope of VAT stand beside "
                "others."
            )
        )


def _terms(content: Composed) -> dict[str, Any]:
    bill = content.bill
    lines = line_items(content)
    breakdown = vat_breakdown(content)
    outside = any(row["BT-118"] == "O" for row in breakdown)
    return {
        "BT-1": bill.number,
        "BT-2": bill.issued_on,
        "BT-3": CREDIT_NOTE if bill.kind == BillKind.CREDIT_NOTE else INVOICE,
        "BT-5": bill.currency,
        "BT-13": bill.order_reference,
        "BT-72": bill.issued_on,
        "BG-1": _notes(content),
        "BG-3": _preceding(bill),
        "BG-4": _seller(bill, with_vat=not outside),
        "BG-7": _buyer(bill, with_vat=not outside),
        "BG-13": _party(bill.buyer),
        "BG-23": breakdown,
        "BG-25": lines,
        "BT-106": plain(bill.net),
        "BT-109": plain(bill.net),
        "BT-110": plain(bill.vat),
        "BT-112": plain(bill.net + bill.vat),
        "BT-114": plain(bill.rounding) if bill.rounding else None,
        "BT-115": plain(bill.total),
        **_payment(content),
    }


def _notes(content: Composed) -> list[dict[str, str | None]]:
    bill = content.bill
    texts = [bill.title, bill.opening, bill.closing]
    notes: list[dict[str, str | None]] = [
        {"BT-22": text, "BT-21": None} for text in texts if text
    ]
    for line in small_print(content).splitlines():
        code = next((c for words, c in FRENCH.items() if words in line), None)
        notes.append({"BT-22": line, "BT-21": code})
    return notes


def _preceding(bill: Bill) -> list[dict[str, Any]]:
    if bill.corrects is None:
        return []
    return [{"BT-25": bill.corrects.number, "BT-26": bill.corrects.issued_on}]


def _seller(bill: Bill, *, with_vat: bool) -> dict[str, Any]:
    issuer = bill.issuer
    vat = vat_number(issuer)
    contact = {
        "name": issuer["name"],
        "phone": issuer.get("phone"),
        "email": issuer.get("email"),
    }
    # What lies outside the scope of VAT bears no VAT number, but the seller needs one.
    known = {"vat_identifier": vat} if with_vat else {"tax_identifier": vat}
    return (
        _party(issuer)
        | known
        | ({"legal_identifier": vat} if not with_vat else {})
        | {"contacts": [contact], **_mailbox(issuer)}
    )


def _buyer(bill: Bill, *, with_vat: bool) -> dict[str, Any]:
    party = _party(bill.buyer) | _mailbox(bill.buyer)
    if bill.buyer.get("vat_number") and with_vat:
        party["vat_identifier"] = vat_number(bill.buyer)
    if bill.buyer["kind"] == Client.Kind.COMPANY:
        party["identifiers"] = {None: bill.buyer["number"]}
    return party


def _party(party: dict[str, str]) -> dict[str, Any]:
    return {
        "name": party["name"],
        "addr_l1": party.get("street"),
        "addr_l2": party.get("extra"),
        "postcode": party.get("postcode"),
        "city": party.get("city"),
        "country_code": party["country"],
    }


def _mailbox(party: dict[str, str]) -> dict[str, str]:
    if not party.get("email"):
        return {}
    return {"einvoicing_addr": party["email"], "einvoicing_addr_schemeid": E_MAIL}


def vat_number(party: dict[str, str]) -> str:
    """The number without blanks and dots, its country before it."""
    compact = "".join(c for c in party["vat_number"].upper() if c.isalnum())
    return compact if compact[:2].isalpha() else party["country"] + compact


def _payment(content: Composed) -> dict[str, Any]:
    """By when, where to and with which words; instalments are told in the terms."""
    bill = content.bill
    terms: dict[str, Any] = {"BT-20": terms_text(content)}
    if len(content.invoices) == 1:
        terms["BT-9"] = content.invoices[0].due_on
    account = bill.account.get("iban")
    if bill.kind == BillKind.CREDIT_NOTE or not account:
        return terms
    code = SEPA_TRANSFER if iban.is_valid(account) else CREDIT_TRANSFER
    return terms | {
        "BT-81": code,
        "BT-83": content.invoices[0].reference or bill.number,
        "BT-84": account,
        "BT-85": bill.issuer["name"],
        "BT-86": bill.account.get("bic"),
    }
