"""What recipients of a document answer on its page: a claim, not yet a fact."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models import Invoice
from clients.models import Client
from delivery.models import ShareLink


class Answer(models.Model):
    """One answer to some invoices. It changes no balance: a person decides on it.

    While it waits, no reminder of its invoices is sent.
    """

    class Kind(models.TextChoices):
        """The three things a recipient can say."""

        PAID = "paid", _("Already paid")
        DISPUTE = "dispute", _("Disputed")
        PROMISE = "promise", _("Will pay")

    class State(models.TextChoices):
        """Pending until a person confirms or declines it, once."""

        PENDING = "pending", _("To be confirmed")
        CONFIRMED = "confirmed", _("Confirmed")
        DECLINED = "declined", _("Declined")

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="answers")
    # The link it came through says which document was answered.
    link = models.ForeignKey(
        ShareLink, on_delete=models.PROTECT, related_name="answers"
    )
    kind = models.CharField(_("answer"), max_length=8, choices=Kind.choices)
    # The day it was or will be paid; a dispute has none.
    day = models.DateField(_("date"), null=True)
    # Of a payment, as the payer's bank names it.
    reference = models.CharField(_("reference"), max_length=140, blank=True)
    text = models.TextField(_("reason"), max_length=1000, blank=True)
    # Who says so, in their own words.
    name = models.CharField(_("name"), max_length=100, blank=True)
    state = models.CharField(
        _("state"), max_length=9, choices=State.choices, default=State.PENDING
    )
    # The key of the form: a double click is one answer.
    key = models.CharField(max_length=40, unique=True)
    created_at = models.DateTimeField(_("received"), auto_now_add=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["-created_at", "-pk"]
        permissions = [("decide_answer", "Can confirm and decline answers")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="dispute", day=None)
                | (~Q(kind="dispute") & Q(day__isnull=False)),
                name="answer_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(state="pending", decided_at=None)
                | (~Q(state="pending") & Q(decided_at__isnull=False)),
                name="answer_decided_when_it_is",
            ),
        ]
        indexes = [
            models.Index(
                fields=["client"], condition=Q(state="pending"), name="answer_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.client_id}: {self.kind}"


class AnswerPart(models.Model):
    """One invoice that an answer is about."""

    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="parts")
    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, related_name="answer_parts"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["answer", "invoice"], name="invoice_answered_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.answer_id}: {self.invoice_id}"
