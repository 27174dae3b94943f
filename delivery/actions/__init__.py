"""Keeps documents, queues messages, sends what waits."""

from delivery.actions.outbox import (
    MessageRefusal,
    archive,
    attach_document,
    cancel,
    mark_arrived,
    queue_message,
    send_again,
    send_anew,
)
from delivery.actions.sending import SendCounts, send_due

__all__ = [
    "MessageRefusal",
    "SendCounts",
    "archive",
    "attach_document",
    "cancel",
    "mark_arrived",
    "queue_message",
    "send_again",
    "send_anew",
    "send_due",
]
