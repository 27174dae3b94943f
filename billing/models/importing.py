"""Files of receivables from another system, and how far their import is."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ReceivablesImport(models.Model):
    """One uploaded file: its columns as matched, its report, its progress."""

    class State(models.TextChoices):
        """Uploaded, being checked, checked, being booked, booked, or refused."""

        UPLOADED = "uploaded", _("Uploaded")
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("Checked")
        BOOKING = "booking", _("Being booked")
        BOOKED = "booked", _("Booked")
        FAILED = "failed", _("Refused")

    file_name = models.CharField(max_length=200)
    content = models.BinaryField()
    columns = models.JSONField(default=dict)
    date_format = models.CharField(max_length=20, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    until = models.DateField(null=True, blank=True)
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.UPLOADED
    )
    rows_done = models.PositiveIntegerField(default=0)
    rows_total = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.file_name
