"""The chain that seals the archive."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Seal(models.Model):
    """A link of the chain: the digest of one row, joined to all links before it.

    `chain` = SHA-256 of the previous link's `chain` and of `digest`. To change,
    drop or slip in a row unseen, every later link would have to be made again.
    """

    class Kind(models.TextChoices):
        """Which table the sealed row is in."""

        DOCUMENT = "document", _("Document")
        MESSAGE = "message", _("Message sent")
        EVENT = "event", _("Delivery report")

    position = models.PositiveBigIntegerField(primary_key=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    row = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    chain = models.CharField(max_length=64, unique=True)
    sealed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        constraints = [
            models.UniqueConstraint(fields=["kind", "row"], name="row_sealed_once")
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.kind} {self.row}"


class SealHead(models.Model):
    """The one row that says where the chain ends; held while a link is added."""

    position = models.PositiveBigIntegerField(default=0)
    chain = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        verbose_name = _("end of the chain")
        verbose_name_plural = _("end of the chain")

    def __str__(self) -> str:
        return f"{self.position}"
