"""Commands of the receivables ledger."""
