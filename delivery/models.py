"""Documents as they left, and the messages that carry them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client


class Document(models.Model):
    """The exact bytes of a finished document, kept once and never rendered again."""

    class Kind(models.TextChoices):
        """What kind of paper it is."""

        STATEMENT = "statement", _("Statement of account")
        NOTICE = "notice", _("Reminder")
        INVOICE = "invoice", _("Invoice")
        CREDIT_NOTE = "credit_note", _("Credit note")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    number = models.CharField(_("number"), max_length=40)
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="documents"
    )
    language = models.CharField(max_length=2)
    file_name = models.CharField(max_length=120)
    pages = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "number"], name="document_archived_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class Message(models.Model):
    """An e-mail in the outbox: what is said, to whom, and how far it got.

    `sending` is committed before the mail server is spoken to. A message that
    stays there was cut off in between: nobody knows whether it left, so it is
    shown as unknown and never sent again by itself.
    """

    class State(models.TextChoices):
        """The life of a message, in the words of the field."""

        QUEUED = "queued", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        UNKNOWN = "unknown", _("Unknown")
        CANCELLED = "cancelled", _("Cancelled")

    document = models.ForeignKey(
        Document, null=True, on_delete=models.PROTECT, related_name="messages"
    )
    # What the message is about before its document is rendered: kind and number.
    kind = models.CharField(max_length=12, choices=Document.Kind.choices)
    number = models.CharField(max_length=40)
    occasion = models.PositiveSmallIntegerField(default=1)
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="messages"
    )
    language = models.CharField(max_length=2)
    recipient = models.EmailField(_("recipient"))
    sender = models.CharField(max_length=254)
    reply_to = models.CharField(max_length=254, blank=True)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))
    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.QUEUED
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "number", "recipient", "occasion"],
                name="message_once_per_recipient_and_occasion",
            )
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(state="queued"),
                name="message_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.recipient}"
