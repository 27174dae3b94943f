"""Tables of the receivables ledger."""

from billing.models.credit import Allocation, CounterEntry, Credit
from billing.models.exact import exact_sum
from billing.models.importing import ReceivablesImport
from billing.models.invoice import Invoice, InvoiceMark
from billing.models.numbering import NumberSeries

__all__ = [
    "Allocation",
    "CounterEntry",
    "Credit",
    "Invoice",
    "InvoiceMark",
    "NumberSeries",
    "ReceivablesImport",
    "exact_sum",
]
