"""Reminder letters as they were issued."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models import Invoice
from billing.models.fields import amount_field
from clients.models import Client
from delivery.models import Document
from dunning.models.policy import CHANNELS, Channel, PolicyVersion
from dunning.models.run import Run


class Notice(models.Model):
    """One letter of a run: one client, one currency, one language. Frozen.

    Address, texts and amounts are copies: a later change of the client or of the
    policy leaves what was issued as it was issued.
    """

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="notices")
    number = models.CharField(_("number"), max_length=40, unique=True)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="notices")
    # The id of the client it was written to; it stays when another one takes over.
    addressee = models.BigIntegerField()
    currency = models.CharField(_("currency"), max_length=3)
    language = models.CharField(_("language"), max_length=2)
    level = models.PositiveSmallIntegerField(_("level"))
    level_name = models.CharField(_("name of the level"), max_length=80)
    address = models.TextField()
    email = models.EmailField(blank=True)
    title = models.CharField(max_length=80)
    opening = models.TextField()
    closing = models.TextField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    run_on = models.DateField(_("date"))
    deadline_on = models.DateField(_("deadline"))
    open = amount_field(_("open"))
    credit = amount_field(_("credits deducted"))
    fee = amount_field(_("fee"))
    interest = amount_field(_("interest"))
    lump_sum = models.DecimalField(
        _("lump sum for recovery costs"), max_digits=15, decimal_places=3, db_default=0
    )
    # Fees and lump sums of earlier letters that are still open.
    earlier = models.DecimalField(
        _("earlier fees"), max_digits=15, decimal_places=3, db_default=0
    )
    total = amount_field(_("to pay"))
    channel = models.CharField(
        _("sent by"), max_length=5, choices=CHANNELS, default=Channel.EMAIL
    )
    attach_invoices = models.BooleanField(db_default=False)
    # What else than client and currency tells it from the other letters of its run:
    # the level or the invoice, where the policy writes one letter for each.
    part = models.CharField(max_length=20, blank=True, db_default="")
    # The letter that was corrected by this one before it was sent.
    replaces = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    version = models.ForeignKey(
        PolicyVersion, null=True, on_delete=models.PROTECT, related_name="notices"
    )
    document = models.OneToOneField(
        Document, null=True, on_delete=models.PROTECT, related_name="notice"
    )

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "addressee", "currency", "part"],
                condition=Q(replaces=None),
                name="one_notice_a_client_currency_and_part",
            )
        ]

    def __str__(self) -> str:
        return self.number


class NoticeLine(models.Model):
    """One invoice on a letter: the level it gained and what was claimed. Frozen.

    Levels are history: an invoice's level is that of its last line that was not
    withdrawn.
    """

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="lines")
    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, related_name="notice_lines"
    )
    cycle = models.PositiveSmallIntegerField(default=1)
    level = models.PositiveSmallIntegerField(_("level"))
    level_name = models.CharField(_("name of the level"), max_length=80)
    run_on = models.DateField(_("date"))
    deadline_on = models.DateField(_("deadline"))
    currency = models.CharField(max_length=3)
    total = amount_field(_("total"))
    open = amount_field(_("open"))
    fee = amount_field(_("fee"))
    interest = amount_field(_("interest"))
    interest_days = models.IntegerField(default=0)
    lump_sum = models.DecimalField(
        _("lump sum for recovery costs"), max_digits=15, decimal_places=3, db_default=0
    )
    # What the client disputes of it; not in `open`, which is what is claimed.
    disputed = models.DecimalField(
        _("disputed"), max_digits=15, decimal_places=3, db_default=0
    )
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["invoice", "cycle", "level"],
                condition=Q(withdrawn_at=None),
                name="level_reached_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id}: {self.level}"
