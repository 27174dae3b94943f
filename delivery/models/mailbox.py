"""How the mail service does: its last word, its pauses, and tests of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class MailService(models.Model):
    """The one row about the mail server or provider that this database sends by.

    `paused_until` is the open circuit: after several failures in a row nobody
    tries before. `held_since` is a person's or a restore's doing: nothing is sent
    until a person releases it.
    """

    failures = models.PositiveIntegerField(default=0)
    paused_until = models.DateTimeField(null=True)
    last_sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=500, blank=True)
    last_error_at = models.DateTimeField(null=True)
    held_since = models.DateTimeField(null=True)
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    held_why = models.CharField(max_length=200, blank=True)
    sender_name = models.CharField(_("sender's name"), max_length=120, blank=True)
    reply_to = models.EmailField(_("replies go to"), blank=True)

    class Meta:
        verbose_name = _("mail service")
        verbose_name_plural = _("mail service")

    def __str__(self) -> str:
        return "mail"


class MailCheck(models.Model):
    """A test mail that somebody sent to themselves, and what became of it."""

    class State(models.TextChoices):
        """Waiting for the worker, or over."""

        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")

    recipient = models.EmailField(_("recipient"))
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("test mail")
        verbose_name_plural = _("test mails")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.recipient} {self.state}"
