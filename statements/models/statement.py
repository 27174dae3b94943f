"""Statements of account that were issued."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from delivery.models import Document


class Statement(models.Model):
    """One issued statement of one client: its parameters and its figures, frozen."""

    class Kind(models.TextChoices):
        """The two kinds accountants know."""

        ACTIVITY = "activity", _("Activity")
        OPEN_ITEMS = "open-items", _("Open items")

    number = models.CharField(_("number"), max_length=40, unique=True)
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="statements"
    )
    kind = models.CharField(
        _("kind"), max_length=12, choices=Kind.choices, default=Kind.ACTIVITY
    )
    start = models.DateField(_("start"))
    end = models.DateField(_("end"))
    unpaid_only = models.BooleanField(_("only unpaid invoices"), default=False)
    language = models.CharField(max_length=2)
    figures = models.JSONField()
    # The statement it goes on from: its closing balance is the opening one here.
    previous = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="followed_by"
    )
    # How far the ledger was known: the last entry of the client by kind. What is
    # booked later with an earlier date, the next statement names as a correction.
    known = models.JSONField(null=True)
    document = models.OneToOneField(Document, on_delete=models.PROTECT)
    request_key = models.CharField(max_length=40, unique=True)
    issued_at = models.DateTimeField(auto_now_add=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering = ["-issued_at", "-pk"]
        permissions = [("send_statement", "Can issue and send statements")]
        constraints = [
            models.CheckConstraint(
                condition=Q(start__lte=F("end")), name="statement_start_before_end"
            )
        ]

    def __str__(self) -> str:
        return self.number
