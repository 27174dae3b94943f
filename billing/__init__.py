"""What is owed and what was paid: the receivables ledger."""
