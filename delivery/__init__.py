"""From a finished document to the customer's hands: PDF, archive, outbox."""
