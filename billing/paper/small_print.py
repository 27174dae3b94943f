"""What the law wants on an invoice beside its figures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from billing.models import BillKind
from clients.models import Client

if TYPE_CHECKING:
    from billing.composing import Composed
    from billing.models import Bill, BillVat

# In the terms a company writes itself.
PENALTY = re.compile(
    r"p[ée]nalit|penalt|verzugszins|interessi di mora|L\.?\s?441", re.IGNORECASE
)
LUMP_SUM = re.compile(r"\b40(?:[.,]00)?\s*(?:€|EUR|euro)|D\.?\s?441", re.IGNORECASE)
DISCOUNT = re.compile(r"escompte|discount|skonto|sconto", re.IGNORECASE)


def small_print(content: Composed) -> str:
    """The sentences, one a line, in the active language."""
    bill = content.bill
    found = [_reason(row) for row in content.vat_rows]
    if bill.kind == BillKind.INVOICE:
        found += _french(bill) + _german(bill)
    return "\n".join(dict.fromkeys(line for line in found if line))


def _reason(row: BillVat) -> str:
    """Why no VAT is charged: the words that the law prescribes, and its article."""
    words = {
        "AE": _("Reverse charge: the recipient owes the VAT."),
        "K": _("VAT-free delivery within the European Union."),
        "G": _("VAT-free export."),
        "E": "" if row.reason else _("Exempt from VAT."),
    }.get(row.category, "")
    return f"{words} {row.reason}".strip()


def _french(bill: Bill) -> list[str]:
    """Code de commerce L441-9, L441-10, D441-5: between professionals."""
    if bill.issuer.get("country") != "FR" or bill.buyer["kind"] != Client.Kind.COMPANY:
        return []
    own = f"{bill.terms}\n{bill.closing}"
    found = []
    if not PENALTY.search(own):
        found.append(
            _(
                "Late payment: interest at the rate of the European Central Bank plus "
                "10 percentage points, due without a reminder (art. L441-10 of the "
                "Code de commerce)."
            )
        )
    if not LUMP_SUM.search(own):
        found.append(
            _(
                "Lump sum for recovery costs in case of late payment: 40 € "
                "(art. D441-5 of the Code de commerce)."
            )
        )
    if not bill.discount_percent and not DISCOUNT.search(own):
        found.append(_("No discount for early payment."))
    return found


def _german(bill: Bill) -> list[str]:
    """BGB 286 III: a consumer is in default after 30 days only if told so."""
    consumer = bill.buyer["kind"] == Client.Kind.CONSUMER
    if bill.issuer.get("country") != "DE" or not consumer:
        return []
    return [
        _(
            "Consumers are in default at the latest 30 days after this invoice is due "
            "and received (§ 286 (3) BGB)."
        )
    ]
