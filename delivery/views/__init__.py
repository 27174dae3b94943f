"""Pages of the outbox, the archive and the work in the background."""
