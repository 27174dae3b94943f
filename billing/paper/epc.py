"""The EPC QR code (GiroCode): a SEPA transfer that a banking app reads."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import TYPE_CHECKING

from segno.helpers import make_epc_qr

from billing.rules.money import round_money

if TYPE_CHECKING:
    import segno

    from billing.models import Bill, Invoice

NAME = 70


def wants_epc(bill: Bill) -> bool:
    """Whether an app could pay it: euros to an account with an IBAN."""
    return bill.currency == "EUR" and bool(bill.account.get("iban"))


def epc_image(bill: Bill, invoice: Invoice) -> str:
    """The code as the address of an image with one pixel a module; empty for none.

    A draft has none, and neither has an amount that the format cannot hold.
    """
    if not invoice.reference or not 0 < invoice.total.amount < 10**9:
        return ""
    target = BytesIO()
    epc_code(bill, invoice).save(target, kind="png", scale=1, border=0)
    return "data:image/png;base64," + base64.b64encode(target.getvalue()).decode()


def epc_code(bill: Bill, invoice: Invoice) -> segno.QRCode:
    """The transfer: to whom, how much, with which reference."""
    structured = invoice.reference.startswith("RF")
    return make_epc_qr(
        name=bill.issuer["name"][:NAME],
        iban=bill.account["iban"],
        bic=bill.account.get("bic") or None,
        amount=round_money(invoice.total).amount,
        reference=invoice.reference if structured else None,
        text=None if structured else invoice.number,
        encoding="utf-8",
    )
