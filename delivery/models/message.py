"""The outbox: what is said to whom, how far it got, and what came back."""

from __future__ import annotations

from dataclasses import fields

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from delivery.models.document import Document, ShareLink
from delivery.models.job import Job
from delivery.rules.tracking import Standing, Told, standing
from delivery.words import report_name


class Message(models.Model):
    """An e-mail in the outbox: what is said, to whom, and how far it got.

    `claimed` is committed before the mail server is spoken to: nothing has left.
    `handing` is committed right before the last byte without which no server takes
    a message. One that stays there was cut off in that instant: nobody knows
    whether it left, so it becomes `unknown` and is never sent again by itself.
    """

    class State(models.TextChoices):
        """The life of a message, in the words of the field."""

        QUEUED = "queued", _("Waiting")
        CLAIMED = "claimed", _("Being prepared")
        HANDING = "handing", _("Being handed over")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        UNKNOWN = "unknown", _("Unknown")
        CANCELLED = "cancelled", _("Held back")
        OVERTAKEN = "overtaken", _("Overtaken")

    # It may leave still, or is leaving.
    UNFINISHED = (State.QUEUED, State.CLAIMED, State.HANDING)

    class Resolution(models.TextChoices):
        """What a person did about a message that did not arrive."""

        RESENT = "resent", _("Sent again")
        PRINTED = "printed", _("Printed and posted")
        GIVEN_BACK = "given_back", _("Level given back")
        DISMISSED = "dismissed", _("Settled otherwise")

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
    html = models.TextField(blank=True)
    # A large document is fetched under a link that stands in the text.
    link = models.ForeignKey(
        ShareLink, null=True, on_delete=models.PROTECT, related_name="messages"
    )
    message_id = models.CharField(max_length=200, unique=True)
    # The mass mailing it is a part of.
    job = models.ForeignKey(
        Job, null=True, on_delete=models.PROTECT, related_name="messages"
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.QUEUED
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    # How it left: "file", "smtp", or the provider and its own name for the message.
    carrier = models.CharField(max_length=20, blank=True)
    carrier_id = models.CharField(max_length=200, blank=True, db_index=True)
    # What the provider told us: the first time each was said, in whatever order.
    deferred_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)
    rejected_at = models.DateTimeField(null=True)
    complained_at = models.DateTimeField(null=True)
    # Of one that did not arrive: what somebody did about it.
    resolution = models.CharField(max_length=12, choices=Resolution.choices, blank=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

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
            ),
            models.Index(
                fields=["lease_until"],
                condition=Q(state__in=["claimed", "handing"]),
                name="message_under_way",
            ),
            models.Index(
                fields=["created_at"],
                condition=Q(state__in=["unknown", "failed"])
                | Q(bounced_at__isnull=False)
                | Q(rejected_at__isnull=False)
                | Q(complained_at__isnull=False),
                name="message_in_trouble",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.recipient}"

    @property
    def told(self) -> Told:
        """What the provider told of it so far."""
        return Told(*(getattr(self, f"{field.name}_at") for field in fields(Told)))

    @property
    def standing(self) -> Standing:
        """How far it got, as it is shown: its state, and what was told since."""
        return standing(self.state, self.told)


class Enclosure(models.Model):
    """Another archived document that a message brings: the invoice reminded of."""

    message = models.ForeignKey(
        Message, on_delete=models.PROTECT, related_name="enclosures"
    )
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, related_name="enclosed_in"
    )
    # Where all of them are too large to attach.
    link = models.ForeignKey(
        ShareLink, null=True, on_delete=models.PROTECT, related_name="enclosures"
    )

    class Meta:
        verbose_name = _("enclosure")
        verbose_name_plural = _("enclosures")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["message", "document"], name="document_enclosed_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.document_id}"


class MessageEvent(models.Model):
    """What a provider told us of a message, once; never changed.

    Without a message it is an orphan: about mail this database did not send.
    """

    message = models.ForeignKey(
        Message, null=True, on_delete=models.PROTECT, related_name="events"
    )
    provider = models.CharField(max_length=20)
    # The provider's name for the event, or a hash of what it says.
    event_key = models.CharField(max_length=200)
    # In the words of Anymail: delivered, bounced, rejected, deferred, opened …
    kind = models.CharField(_("event"), max_length=20)
    recipient = models.CharField(max_length=254, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("delivery report")
        verbose_name_plural = _("delivery reports")
        ordering = ["happened_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "event_key"], name="event_told_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.message_id or '–'}"

    @property
    def title(self) -> str:
        """What it says, in the reader's language."""
        return report_name(self.kind)
