"""Which open invoices a payment is for, and why."""
