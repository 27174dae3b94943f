"""Reads the outbox and the work in the background."""

from delivery.facts.jobs import progress, progress_of_jobs, unfinished_jobs
from delivery.facts.outbox import (
    counts_by_state,
    due,
    due_messages,
    next_occasion,
    waiting,
    waiting_without_worker,
)

__all__ = [
    "counts_by_state",
    "due",
    "due_messages",
    "next_occasion",
    "progress",
    "progress_of_jobs",
    "unfinished_jobs",
    "waiting",
    "waiting_without_worker",
]
