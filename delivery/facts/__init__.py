"""Reads the outbox and the work in the background."""

from delivery.facts.jobs import progress, progress_of_jobs, reached, unfinished_jobs
from delivery.facts.outbox import (
    due,
    due_messages,
    next_occasion,
    waiting,
)
from delivery.facts.standings import (
    bounced_addresses,
    of_standing,
    orphans,
    standings,
    undelivered,
    undelivered_count,
    with_reason,
)

__all__ = [
    "bounced_addresses",
    "due",
    "due_messages",
    "next_occasion",
    "of_standing",
    "orphans",
    "progress",
    "progress_of_jobs",
    "reached",
    "standings",
    "undelivered",
    "undelivered_count",
    "unfinished_jobs",
    "waiting",
    "with_reason",
]
