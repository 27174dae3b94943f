"""What templates need of the mail."""
