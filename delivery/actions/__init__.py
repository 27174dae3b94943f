"""Keeps documents, queues messages, sends what waits."""

from delivery.actions.archive import archive
from delivery.actions.outbox import (
    MessageRefusal,
    attach_document,
    cancel,
    mark_arrived,
    send_again,
    send_anew,
)
from delivery.actions.queueing import NewMessage, queue_message, queue_messages
from delivery.actions.sending import SendCounts, send_due

__all__ = [
    "MessageRefusal",
    "NewMessage",
    "SendCounts",
    "archive",
    "attach_document",
    "cancel",
    "mark_arrived",
    "queue_message",
    "queue_messages",
    "send_again",
    "send_anew",
    "send_due",
]
