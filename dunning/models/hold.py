"""Reasons not to remind: of one invoice, or of a whole client."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models import Invoice
from clients.models import Client


class Hold(models.Model):
    """Somebody decided not to remind, from a day, until a day, for a reason.

    With an invoice it holds that invoice, without one the whole client. Disputes
    are marks of the invoice itself (`billing.InvoiceMark`).
    """

    class Kind(models.TextChoices):
        """What kind of pause it is."""

        HOLD = "hold", _("On hold")
        PROMISE = "promise", _("Promised to pay")

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="holds")
    invoice = models.ForeignKey(
        Invoice, null=True, blank=True, on_delete=models.PROTECT, related_name="holds"
    )
    kind = models.CharField(
        _("kind"), max_length=10, choices=Kind.choices, default=Kind.HOLD
    )
    since = models.DateField(_("since"))
    until = models.DateField(_("until and including"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    released_on = models.DateField(null=True, blank=True, editable=False)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        permissions = [("hold_dunning", "Can hold and release reminders")]
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="hold_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.reason}"
