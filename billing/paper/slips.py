"""The Swiss payment part of an invoice: what it says, checked by the library.

Its words stand in `documents/_slip.html`, its lines and its QR code are drawn under
them (`billing.paper.slip_drawing`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import segno
from django.utils.translation import gettext as _
from qrbill import QRBill
from qrbill.bill import format_ref_number
from stdnum import iban

from billing.paper.slip_drawing import slip_drawing
from billing.rules.money import plain

if TYPE_CHECKING:
    from billing.composing import Composed
    from billing.models import Bill, Invoice

CURRENCIES = {"CHF", "EUR"}
# Accounts that a QR-bill can ask payments to.
COUNTRIES = ("CH", "LI")
NAME, STREET, HOUSE, POSTCODE, CITY = 70, 70, 16, 16, 35
HOUSE_NUMBER = re.compile(r"(?P<street>.*[^\W\d_].*?)[ ,]+(?P<house>\d+[\w/.-]{0,7})")
# What the standard allows beside letters (Implementation Guidelines 2.3, 4.1.1).
SIGNS = set("!\"#%&*;<>÷=@_$£[]{}\\`´~+?:,.'()-/’–0123456789 €") | {"\u00a0"}


class SlipRefusal(Exception):
    """An invoice that can have no payment part; the text says why."""


@dataclass(frozen=True, slots=True)
class Slip:
    """The words of one payment part; `drawing` is what lies under them.

    `debtor` is None where the buyer's address is not known: there are corners to
    write it into. A draft has no QR code, so that nobody pays it.
    """

    labels: dict[str, str]
    account: str
    creditor: list[str]
    debtor: list[str] | None
    reference: str
    information: str
    currency: str
    amount: str
    payload: str
    drawing: bytes


def wants_slip(bill: Bill) -> bool:
    """Whether a bill is paid by QR-bill: its currency and account decide."""
    return bill.currency in CURRENCIES and bill.account.get("iban", "").startswith(
        COUNTRIES
    )


def payment_slip(bill: Bill, invoice: Invoice, *, draft: bool) -> Slip:
    """The payment part of one invoice or instalment; raises SlipRefusal."""
    if draft or not invoice.reference:
        return _slip(_form(bill, invoice, bill.account["iban"]), draft=True)
    is_qr = not invoice.reference.startswith("RF")
    account = bill.account["qr_iban" if is_qr else "iban"]
    return _slip(_form(bill, invoice, account), draft=False)


def payment_problem(content: Composed) -> str:
    """Why a client could not pay a bill as a client should; empty when all is there."""
    bill = content.bill
    if not content.invoices:
        return ""
    if not bill.account.get("iban"):
        return _(
            "No account is known for %(currency)s: the invoice does not say where to "
            "pay."
        ) % {"currency": bill.currency}
    return slip_problem(bill) if wants_slip(bill) else ""


def slip_problem(bill: Bill) -> str:
    """Why a bill that should have a payment part can have none; empty when it can."""
    try:
        _form(bill, None, bill.account["iban"])
    except SlipRefusal as refusal:
        return str(refusal)
    return ""


def _form(bill: Bill, invoice: Invoice | None, account: str) -> Any:
    """The library's form, which checks account, amount, reference and addresses."""
    issuer, buyer = bill.issuer, bill.buyer
    if not (issuer.get("postcode") and issuer.get("city")):
        raise SlipRefusal(
            _("The Swiss payment part needs the postcode and city of the company.")
        )
    complete = buyer.get("postcode") and buyer.get("city")
    total = invoice.total if invoice else bill.total
    if total.amount >= 10**9:
        raise SlipRefusal(
            _("The Swiss payment part can ask for at most 999,999,999.99.")
        )
    try:
        return QRBill(
            account=account,
            creditor=_address(issuer),
            debtor=_address(buyer) if complete else None,
            amount=plain(total),
            currency=bill.currency,
            reference_number=invoice.reference if invoice else None,
            additional_information=invoice.number if invoice and bill.number else "",
            language=bill.language,
        )
    except ValueError as error:
        raise SlipRefusal(
            _("The Swiss payment part cannot be made: %(reason)s") % {"reason": error}
        ) from error


def _slip(form: Any, *, draft: bool) -> Slip:
    payload = "" if draft else form.qr_data()
    return Slip(
        labels={
            name: form.label(label)
            for name, label in {
                "part": "Payment part",
                "receipt": "Receipt",
                "account": "Account / Payable to",
                "reference": "Reference",
                "information": "Additional information",
                "currency": "Currency",
                "amount": "Amount",
                "acceptance": "Acceptance point",
                "debtor": "Payable by",
                "debtor_empty": "Payable by (name/address)",
                "separate": "Separate before paying in",
            }.items()
        },
        account=iban.format(form.account),
        creditor=_lines(form.creditor),
        debtor=_lines(form.debtor) if form.debtor else None,
        reference=format_ref_number(form),
        information=form.additional_information,
        currency=form.currency,
        amount=f"{form.amount[:-3] and int(form.amount[:-3]):,}".replace(",", " ")
        + form.amount[-3:],
        payload=payload,
        drawing=slip_drawing(qr_rows(payload) if payload else None),
    )


@lru_cache(maxsize=64)
def qr_rows(payload: str) -> tuple[bytes, ...]:
    """The modules of the Swiss QR code, row by row: correction M, UTF-8, no border.

    The same is asked for again while somebody looks, then when it is issued.
    """
    code = segno.make(
        payload,
        error="m",
        mode="byte",
        encoding="utf-8",
        micro=False,
        boost_error=False,
    )
    return tuple(bytes(row) for row in code.matrix)


def _address(party: dict[str, str]) -> dict[str, str]:
    """A structured address, cut to what its fields hold."""
    street, house = _street_and_house(party.get("street", ""))
    return {
        "name": _fit(party["name"], NAME),
        "street": _fit(street, STREET),
        "house_num": _fit(house, HOUSE),
        "pcode": _fit(party.get("postcode", ""), POSTCODE),
        "city": _fit(party.get("city", ""), CITY),
        "country": party.get("country", "CH"),
    }


def _street_and_house(text: str) -> tuple[str, str]:
    """The number at the end of a street apart, as it is written in Switzerland."""
    found = HOUSE_NUMBER.fullmatch(text)
    return (found["street"], found["house"]) if found else (text, "")


def _lines(address: Any) -> list[str]:
    """An address as it is printed; the country's code stands before a foreign place."""
    abroad = "" if address.country == "CH" else f"{address.country}-"
    street = f"{address.street} {address.house_num}".strip()
    place = f"{abroad}{address.pcode} {address.city}"
    return [line for line in (address.name, street, place) if line]


def _fit(text: str, length: int) -> str:
    """The text in the characters that a QR-bill may bear, at most so many."""
    kept = "".join(map(_allowed, unicodedata.normalize("NFC", text)))
    return " ".join(kept.split())[:length].strip()


def _allowed(character: str) -> str:
    if character in SIGNS or _is_latin(character):
        return character
    plainer = unicodedata.normalize("NFKD", character)
    return "".join(c for c in plainer if c in SIGNS or _is_latin(c)) or "."


def _is_latin(character: str) -> bool:
    return character.isalpha() and (ord(character) <= 0x17F or character in "ȘșȚț")
