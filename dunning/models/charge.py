"""Fees, interest and lump sums: claims of their own, never on an invoice's total."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models import CounterEntry, Invoice
from billing.models.fields import amount_field
from clients.models import Client
from dunning.models.notice import Notice


class Charge(models.Model):
    """What a letter charges beside its invoices. Frozen, but for what is open.

    Interest of a later letter takes the place of that of an earlier one: each names
    all interest of its invoice up to its day. `detail` holds the segments as they are
    printed in the annex.
    """

    class Kind(models.TextChoices):
        """What is charged."""

        FEE = "fee", _("Reminder fee")
        INTEREST = "interest", _("Late interest")
        LUMP_SUM = "lump_sum", _("Lump sum for recovery costs")

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="charges")
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="dunning_charges"
    )
    # None: a fee for the letter.
    invoice = models.ForeignKey(
        Invoice, null=True, on_delete=models.PROTECT, related_name="dunning_charges"
    )
    cycle = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    dated_on = models.DateField(_("date"))
    currency = models.CharField(_("currency"), max_length=3)
    amount = amount_field(_("amount"))
    open = amount_field(_("open"))
    detail = models.JSONField(default=list)

    class Meta:
        verbose_name = _("dunning charge")
        verbose_name_plural = _("dunning charges")
        ordering = ["pk"]
        permissions = [("waive_charge", "Can waive fees and interest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(open__gte=0, open__lte=F("amount"), amount__gt=0),
                name="charge_open_within_amount",
            ),
            models.UniqueConstraint(
                fields=["notice", "kind", "invoice"], name="charge_once_an_invoice"
            ),
            models.UniqueConstraint(
                fields=["notice", "kind"],
                condition=Q(invoice=None),
                name="charge_once_a_letter",
            ),
        ]
        indexes = [
            models.Index(
                fields=["client"], condition=Q(open__gt=0), name="charge_open_of_client"
            )
        ]

    def __str__(self) -> str:
        return f"{self.notice} {self.kind}"


class ChargeEvent(models.Model):
    """What became of a charge: paid, waived, withdrawn, replaced, or owed again.

    Frozen. What is open of a charge is its amount less the sum of its events; one
    that makes it owed again is negative.
    """

    class Kind(models.TextChoices):
        """What happened."""

        PAID = "paid", _("Paid")
        WAIVED = "waived", _("Waived")
        REPLACED = "replaced", _("Contained in a later reminder")
        WITHDRAWN = "withdrawn", _("Withdrawn with its reminder")
        RESTORED = "restored", _("Owed again")

    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(_("what happened"), max_length=9, choices=Kind.choices)
    currency = models.CharField(max_length=3)
    amount = amount_field(_("amount"))
    happened_on = models.DateField(_("date"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    # Of what was paid: the entry that used the credit up.
    entry = models.ForeignKey(
        CounterEntry, null=True, on_delete=models.PROTECT, related_name="+"
    )
    # Of what was replaced or owed again: the letter that did it.
    notice = models.ForeignKey(
        Notice, null=True, on_delete=models.PROTECT, related_name="+"
    )
    # Of what is owed again: what is taken back, once.
    takes_back = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="taken_back_by"
    )
    at = models.DateTimeField(auto_now_add=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="restored", amount__lt=0, takes_back__isnull=False)
                | (~Q(kind="restored") & Q(amount__gt=0, takes_back=None)),
                name="charge_event_positive_or_takes_back",
            )
        ]

    def __str__(self) -> str:
        return f"{self.charge_id}: {self.kind}"


class Rate(models.Model):
    """A reference rate from a day on, until the next row of its table."""

    class Table(models.TextChoices):
        """Who sets it."""

        ECB = "ecb", _("ECB, main refinancing operations")
        BUNDESBANK = "bundesbank", _("Bundesbank, base rate (BGB 247)")
        FR_LEGAL = "fr_legal", _("France, legal rate for professionals")
        CH = "ch", _("Switzerland, default interest (CO 104)")

    table = models.CharField(_("table"), max_length=10, choices=Table.choices)
    since = models.DateField(_("since"))
    percent = models.DecimalField(_("% a year"), max_digits=6, decimal_places=3)
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("reference rate")
        verbose_name_plural = _("reference rates")
        ordering = ["table", "-since"]
        constraints = [
            models.UniqueConstraint(
                fields=["table", "since"], name="one_rate_a_table_and_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_table_display()} {self.since}: {self.percent}"
