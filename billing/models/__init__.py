"""Tables of the receivables ledger."""

from billing.models.accounts import BankAccount, BillingSettings, VatRate
from billing.models.bank import BankEntry, BankFile, BankMapping, BankUpload
from billing.models.bill import Bill, BillKind, BillLine, BillVat
from billing.models.checkout import Checkout, CheckoutPart
from billing.models.credit import Allocation, CounterEntry, Credit
from billing.models.draft import (
    Draft,
    DraftInstalment,
    DraftLine,
    Occurrence,
    Recurrence,
)
from billing.models.exact import exact_sum
from billing.models.importing import ReceivablesImport
from billing.models.invoice import Invoice, InvoiceMark
from billing.models.numbering import NumberSeries
from billing.models.original import Original

__all__ = [
    "Allocation",
    "BankAccount",
    "BankEntry",
    "BankFile",
    "BankMapping",
    "BankUpload",
    "Bill",
    "BillKind",
    "BillLine",
    "BillVat",
    "BillingSettings",
    "Checkout",
    "CheckoutPart",
    "CounterEntry",
    "Credit",
    "Draft",
    "DraftInstalment",
    "DraftLine",
    "Invoice",
    "InvoiceMark",
    "NumberSeries",
    "Occurrence",
    "Original",
    "ReceivablesImport",
    "Recurrence",
    "VatRate",
    "exact_sum",
]
