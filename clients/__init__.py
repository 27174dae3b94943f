"""Who owes, and who is written to."""
