"""The page behind the link in an invoice's e-mail: what it shows, and its address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.models import BillKind, Invoice
from delivery.links import derived_token, is_reachable, page_address

if TYPE_CHECKING:
    from billing.models import Bill
    from delivery.models import Document


def invoices_of(document: Document) -> list[int]:
    """The invoice that the document is, or its instalments.

    As long as they are its client's: both follow a merge.
    """
    rows = Invoice.objects.filter(
        bill__kind=document.kind,
        bill__number=document.number,
        client=document.client_id,
    )
    return list(rows.order_by("pk").values_list("pk", flat=True))


def bill_token(bill: Bill, occasion: int) -> str:
    """What opens the page; each time a bill is sent it gets a link of its own."""
    return derived_token(bill.kind, bill.number, occasion)


def bill_page(bill: Bill, occasion: int) -> str:
    """Where the client sees, pays and answers the invoice.

    Empty of one that is paid, of a credit note, and where nobody could open it.
    """
    if bill.kind != BillKind.INVOICE or not is_reachable():
        return ""
    if not bill.invoices.filter(open__above_zero=True).exists():
        return ""
    return page_address(bill_token(bill, occasion))
