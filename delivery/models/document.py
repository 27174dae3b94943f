"""Documents as they left, and links under which they can be fetched."""

from __future__ import annotations

from django.conf import settings
from django.db import models
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
        WITHDRAWAL = "withdrawal", _("Withdrawal of a reminder")

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
    # Which templates, style and rules it was made with; empty before 0.2.
    edition = models.CharField(_("edition"), max_length=40, blank=True)
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


class ShareLink(models.Model):
    """An address under which one document can be fetched without a login.

    Only the SHA-256 of its token is kept: who reads the database cannot use it.
    """

    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, related_name="links"
    )
    token_sha256 = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)
    fetches = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("link to a document")
        verbose_name_plural = _("links to documents")

    def __str__(self) -> str:
        return f"{self.document_id} → {self.expires_at:%Y-%m-%d}"
