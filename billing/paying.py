"""Where and by when a bill is paid: instalments, payment parts, accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from stdnum.ch import esr

from billing.paper.epc import epc_image, wants_epc
from billing.paper.slips import SlipRefusal, payment_slip, wants_slip
from clients.templatetags.format import day, long_day
from clients.templatetags.format import money as written

if TYPE_CHECKING:
    from billing.composing import Composed
    from billing.models import Bill, Invoice
    from billing.paper.slips import Slip


def payment_slips(content: Composed, *, draft: bool) -> list[tuple[Invoice, Slip]]:
    """The payment parts; none where one cannot be made, which the pages tell."""
    if not wants_slip(content.bill):
        return []
    try:
        return [
            (invoice, payment_slip(content.bill, invoice, draft=draft))
            for invoice in content.invoices
        ]
    except SlipRefusal:
        return []


def payment_blocks(content: Composed) -> list[dict[str, str]]:
    """Where to pay, and the code for banking apps, for each part of the total."""
    bill = content.bill
    if not bill.account.get("iban"):
        return []
    return [
        {
            "lines": _where(content, invoice),
            "image": epc_image(bill, invoice) if wants_epc(bill) else "",
        }
        for invoice in content.invoices
    ]


def _where(content: Composed, invoice: Invoice) -> str:
    bill = content.bill
    account = bill.account
    is_qr = bool(account.get("qr_iban")) and not invoice.reference.startswith("RF")
    lines = [
        (_("Amount to pay"), written(invoice.total)),
        (_("Payable by"), long_day(invoice.due_on) if invoice.due_on else ""),
        (_("Account"), grouped(account["qr_iban" if is_qr else "iban"])),
        ("BIC", account.get("bic", "")),
        (_("Bank"), account.get("bank", "")),
        (_("In favour of"), _place(bill)),
        (_("Reference"), _reference(invoice)),
    ]
    if len(content.invoices) > 1:
        lines.insert(0, (_("Instalment"), part_name(content, invoice)))
    return "\n".join(f"{label}\t{value}" for label, value in lines if value)


def _reference(invoice: Invoice) -> str:
    if invoice.reference.isdigit():
        return str(esr.format(invoice.reference))
    return grouped(invoice.reference) or invoice.number


def _place(bill: Bill) -> str:
    issuer = bill.issuer
    place = f"{issuer.get('postcode', '')} {issuer.get('city', '')}".strip()
    return ", ".join(part for part in (issuer["name"], place) if part)


def grouped(text: str) -> str:
    """An IBAN or a reference in groups of four."""
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def instalment_plan(content: Composed) -> list[dict[str, Any]]:
    """The instalments with their names; none where the total is due at once."""
    if len(content.invoices) < 2:
        return []
    return [
        {"invoice": invoice, "name": part_name(content, invoice)}
        for invoice in content.invoices
    ]


def part_name(content: Composed, invoice: Invoice) -> str:
    """Instalment 2 of 3."""
    return _("Instalment %(number)s of %(count)s") % {
        "number": invoice.instalment,
        "count": len(content.invoices),
    }


def part_heading(content: Composed, invoice: Invoice) -> str:
    """What stands over the payment part of an instalment."""
    if len(content.invoices) < 2:
        return ""
    return f"{part_name(content, invoice)}: {written(invoice.total)}, " + _(
        "payable by %(day)s"
    ) % {"day": day(invoice.due_on)}
