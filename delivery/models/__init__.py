"""Documents as they left, the messages that carry them, and the work behind both."""

from delivery.models.document import Document, ShareLink
from delivery.models.job import Job, JobItem
from delivery.models.mailbox import MailCheck, MailService
from delivery.models.message import Enclosure, Message, MessageEvent
from delivery.models.seal import Seal, SealHead

__all__ = [
    "Document",
    "Enclosure",
    "Job",
    "JobItem",
    "MailCheck",
    "MailService",
    "Message",
    "MessageEvent",
    "Seal",
    "SealHead",
    "ShareLink",
]
